package io.heed.drawing;

/** A drawing whose SVG does not follow a dark theme. */
record Light(Drawing drawing) implements Drawing {

    @Override
    public String title() {
        return drawing.title();
    }

    @Override
    public double width() {
        return drawing.width();
    }

    @Override
    public double height() {
        return drawing.height();
    }

    @Override
    public void drawOn(Canvas canvas) {
        drawing.drawOn(canvas);
    }
}
