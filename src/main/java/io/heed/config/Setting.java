package io.heed.config;

import io.heed.SettingWord;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Defines a configuration key's meaning and valid values, the only source of its checks and explanations. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {

    /**
     * The meaning, in a sentence without a full stop; left out if its words are {@link SettingWord}s, which have their
     * own.
     */
    String value() default "";

    /** The smallest value. */
    double min() default Double.NEGATIVE_INFINITY;

    /** The largest value. */
    double max() default Double.POSITIVE_INFINITY;

    /** The default, as written in a configuration; "" is an empty text or list. */
    String defaultValue() default "";

    /** Whether a configuration must give it. */
    boolean required() default false;
}
