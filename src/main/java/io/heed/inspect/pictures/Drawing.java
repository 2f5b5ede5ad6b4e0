package io.heed.inspect.pictures;

/** A picture, drawn the same on every canvas. */
interface Drawing {

    /** What it shows, for those who cannot see it. */
    String title();

    /** Its width in units. */
    double width();

    /** Its height in units. */
    double height();

    /** Draws it. */
    void drawOn(Canvas canvas);
}
