package murder.tools.cli;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Prints all text through {@link Printable}, so that no command can forget it. Line feeds and tabs
 * stay. Bytes are written unchanged. Code that draws on a terminal uses {@link #raw}.
 */
final class PrintableStream extends PrintStream {
    private final PrintStream raw;

    private PrintableStream(PrintStream raw) {
        super(raw);
        this.raw = raw;
    }

    static PrintableStream of(PrintStream out) {
        return out instanceof PrintableStream safe ? safe : new PrintableStream(out);
    }

    PrintStream raw() {
        return raw;
    }

    @Override
    public void print(String text) {
        raw.print(Printable.lines(String.valueOf(text)));
    }

    @Override
    public void println(String text) {
        raw.println(Printable.lines(String.valueOf(text)));
    }

    @Override
    public void print(Object object) {
        print(String.valueOf(object));
    }

    @Override
    public void println(Object object) {
        println(String.valueOf(object));
    }

    @Override
    public void print(char c) {
        print(String.valueOf(c));
    }

    @Override
    public void println(char c) {
        println(String.valueOf(c));
    }

    @Override
    public void print(char[] text) {
        print(new String(text));
    }

    @Override
    public void println(char[] text) {
        println(new String(text));
    }

    @Override
    public void println() {
        raw.println();
    }

    @Override
    public PrintStream format(String format, Object... args) {
        print(String.format(format, args));
        return this;
    }

    @Override
    public PrintStream format(Locale locale, String format, Object... args) {
        print(String.format(locale, format, args));
        return this;
    }

    @Override
    public PrintStream append(CharSequence text) {
        print(String.valueOf(text));
        return this;
    }

    @Override
    public void write(int b) {
        raw.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        raw.write(bytes, from, length);
    }

    @Override
    public void flush() {
        raw.flush();
    }

    @Override
    public boolean checkError() {
        return raw.checkError();
    }

    @Override
    public void close() {
        raw.close();
    }
}
