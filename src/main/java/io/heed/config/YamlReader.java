package io.heed.config;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one document of YAML 1.2 as a tree. Aliases share the node of their anchor, so a short file cannot become a
 * large tree. Merge keys, which YAML 1.2 does not have, and tags other than YAML's own are refused.
 */
final class YamlReader {

    /** The deepest nesting accepted; a configuration has only groups of keys and lists of texts. */
    private static final int DEEPEST = 20;

    /** The most keys given twice that are reported. */
    private static final int TWICE_TOLD = 20;

    private static final String YAMLS_OWN = "tag:yaml.org,2002:";

    private final String file;
    private final Iterator<Event> events;
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private final List<HeedException> problems;

    private YamlReader(String text, String file, List<HeedException> problems) {
        this.file = file;
        this.problems = problems;
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * Reads a text.
     *
     * @param file the file's name in places
     * @param problems receives the keys given twice, of which the last value is read
     * @return null if the text has no document
     * @throws HeedException naming the place of what is not YAML or not supported in a configuration
     */
    static @Nullable YamlNode read(String text, String file, List<HeedException> problems) {
        try {
            return new YamlReader(text, file, problems).document();
        } catch (MarkedYamlEngineException e) {
            throw notYaml(text, file, e);
        } catch (ReaderException e) {
            String before = text.substring(0, text.offsetByCodePoints(0, e.getPosition()));
            int lines = (int) before.lines().count();
            int column = before.length() - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
            throw new HeedException(
                    "not YAML: the character %s is not allowed (%s:%d:%d)"
                            .formatted(
                                    Visible.text(Character.toString(e.getCodePoint())),
                                    file,
                                    column == 1 ? lines + 1 : Math.max(1, lines),
                                    column),
                    e);
        } catch (YamlEngineException e) {
            throw new HeedException("not YAML: %s (%s)".formatted(firstLine(e.getMessage()), file), e);
        }
    }

    private static HeedException notYaml(String text, String file, MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        String where = mark.map(at -> place(file, at)).orElse(file);
        int at = mark.map(Mark::getIndex).orElse(0);
        boolean tab =
                at < text.codePointCount(0, text.length()) && text.codePointAt(text.offsetByCodePoints(0, at)) == '\t';
        String what = tab ? "a tab is used to indent; use spaces" : firstLine(e.getProblem());
        return new HeedException("not YAML: %s (%s)".formatted(what, where), e);
    }

    private static String firstLine(@Nullable String message) {
        return Visible.text(String.valueOf(message).lines().findFirst().orElse(""));
    }

    private @Nullable YamlNode document() {
        YamlNode root = null;
        for (Event event = events.next(); event.getEventId() != Event.ID.StreamEnd; event = events.next()) {
            if (event.getEventId() == Event.ID.DocumentStart) {
                if (root != null) {
                    throw new HeedException(
                            "a configuration is one document, and a second starts here; remove it or move it to a file of its own (%s)"
                                    .formatted(place(event)));
                }
                root = node(events.next(), 0);
            }
        }
        return root;
    }

    /** Reads the node that starts with an event. */
    private YamlNode node(Event event, int depth) {
        if (depth > DEEPEST) {
            throw new HeedException(
                    "not a configuration: values are nested more than %d deep (%s)".formatted(DEEPEST, place(event)));
        }
        if (event instanceof AliasEvent alias) {
            YamlNode named = anchors.get(alias.getAlias());
            if (named == null) {
                throw new HeedException("*%1$s refers to nothing: no value before it has the anchor &%1$s (%2$s)"
                        .formatted(Visible.text(alias.getAlias().getValue()), place(event)));
            }
            return named.at(place(event));
        }
        YamlNode node;
        Optional<Anchor> anchor;
        if (event instanceof ScalarEvent scalar) {
            String tag = tag(scalar.getTag(), event);
            boolean text = tag.isEmpty() ? scalar.getScalarStyle() != ScalarStyle.PLAIN : tag.equals("str");
            node = new YamlNode.Scalar(place(event), scalar.getValue(), text);
            anchor = scalar.getAnchor();
        } else {
            CollectionStartEvent start = (CollectionStartEvent) event;
            tag(start.getTag(), event);
            anchor = start.getAnchor();
            anchor.ifPresent(anchors::remove); // an alias to it from within is refused
            node = event.getEventId() == Event.ID.MappingStart ? mapping(event, depth) : sequence(event, depth);
        }
        anchor.ifPresent(name -> anchors.put(name, node));
        return node;
    }

    private YamlNode sequence(Event start, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new YamlNode.Sequence(place(start), items);
    }

    private YamlNode mapping(Event start, int depth) {
        Map<String, YamlNode> values = new LinkedHashMap<>();
        Map<String, String> places = new HashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            YamlNode node = node(event, depth + 1);
            if (!(node instanceof YamlNode.Scalar key)) {
                throw new HeedException(
                        "%s is not a key: a key is a word (%s)".formatted(Visible.text(node.shown()), node.place()));
            }
            if (key.text().equals("<<") && !key.quoted()) {
                throw new HeedException("<<: merging keys is not supported; write them here, each with its value (%s)"
                        .formatted(key.place()));
            }
            String before = places.put(key.text(), key.place());
            if (before != null && problems.size() < TWICE_TOLD) {
                problems.add(new HeedException("%s: is given twice; leave one out (%s and %s)"
                        .formatted(Visible.text(key.text()), before, key.place())));
            }
            YamlNode value = node(events.next(), depth + 1);
            values.put(key.text(), value instanceof YamlNode.Scalar ? value : value.at(key.place()));
        }
        return new YamlNode.Mapping(place(start), values);
    }

    /** Returns the name of one of YAML's own tags, or "" for no tag. */
    private String tag(Optional<String> tag, Event event) {
        String name = tag.orElse("");
        boolean own = name.startsWith(YAMLS_OWN);
        String last = own ? name.substring(YAMLS_OWN.length()) : name;
        return switch (last) {
            case "" -> "";
            case "!" -> "str";
            case "str", "int", "float", "bool", "null", "map", "seq" -> {
                if (own) {
                    yield last;
                }
                throw tagged(last, event);
            }
            default -> throw tagged(own ? "!!" + last : last, event);
        };
    }

    private HeedException tagged(String tag, Event event) {
        return new HeedException("the tag %s is not supported in a configuration; leave it out (%s)"
                .formatted(Visible.text(tag), place(event)));
    }

    private String place(Event event) {
        return event.getStartMark().map(mark -> place(file, mark)).orElse(file);
    }

    private static String place(String file, Mark mark) {
        return "%s:%d:%d".formatted(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
