package io.heed.config;

import io.heed.SettingWord;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of the configuration means and which values it may have: the one source of checks and explanations. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {

    /** The meaning, in a sentence without a full stop; left out where the words it may be are a {@link SettingWord}. */
    String value() default "";

    /** The smallest value. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The largest value. */
    double max() default Double.POSITIVE_INFINITY;

    /** What it is where a configuration does not give it, as written there; nothing is an empty text or list. */
    String defaultValue() default "";

    /** Whether a configuration has to give it. */
    boolean required() default false;
}
