package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.manual.ManPage;

/**
 * The entry point of {@code murder-tools.jar}: finds the command, runs it and sets the exit status.
 */
public final class Main {
    private Main() {
    }

    /**
     * Runs one command line and ends the process with its exit status.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        boolean terminal = isTerminal();
        if (BackgroundLauncher.takes(args)) {
            BackgroundLauncher.launch(args, terminal);
        } else if (SimulateLauncher.takes(args)) {
            SimulateLauncher.launch(args);
        } else if (!FleetLauncher.takes(args) || !FleetLauncher.launch(args, terminal)) {
            int status = run(args, new Context(System.out, System.err, System.getenv(), terminal, null));
            System.out.flush();
            if (!Lifetime.isShuttingDown()) {
                // While a signal ends the process, this could replace the signal's status.
                System.exit(status);
            }
        }
    }

    private static boolean isTerminal() {
        // Since Java 22 the default console exists without a terminal, too. This one is right on
        // all versions.
        System.setProperty("jdk.console", "java.base");
        return System.console() != null;
    }

    /**
     * Runs one command line in this process.
     *
     * @return the exit status
     */
    static int run(String[] args, Context context) {
        List<String> words = Arrays.asList(args);
        if (words.isEmpty()) {
            context.err().println("murder: no command is given");
            context.err().print(Commands.overview());
            return ExitStatus.USAGE;
        }
        boolean isHost = words.size() > 1 && words.get(0).equals("host") && !words.get(1).startsWith("-");
        String name = isHost ? "host " + words.get(1) : words.get(0);
        List<String> rest = words.subList(isHost ? 2 : 1, words.size());
        switch (name) {
            case "--version", "version" -> {
                context.out().println("murder " + version());
                return ExitStatus.DONE;
            }
            case "help", "--help", "-h" -> {
                return help(rest, context);
            }
            default -> {
                int end = rest.indexOf("--");
                List<String> options = end < 0 ? rest : rest.subList(0, end);
                if (options.contains("--help") || options.contains("-h")) {
                    return help(List.of(name), context);
                }
                return command(name, rest, context);
            }
        }
    }

    private static int help(List<String> words, Context context) {
        boolean man = !words.isEmpty() && words.get(0).equals("--man");
        String name = String.join(" ", man ? words.subList(1, words.size()) : words);
        if (name.isEmpty()) {
            context.out().print(man ? ManPage.overview(Commands.overview(), version()) : Commands.overview());
            return ExitStatus.DONE;
        }
        Syntax syntax = Commands.syntax(name);
        if (syntax == null) {
            return unknown(name, context);
        }
        context.out().print(man ? ManPage.of(syntax, version()) : syntax.help());
        return ExitStatus.DONE;
    }

    private static int unknown(String name, Context context) {
        context.err().println("murder: there is no command '" + name + "'; 'murder help' lists them");
        return ExitStatus.USAGE;
    }

    private static int command(String name, List<String> words, Context context) {
        Syntax syntax = Commands.syntax(name);
        if (syntax == null) {
            return unknown(name, context);
        }
        boolean debug = words.contains(Arguments.DEBUG);
        try {
            return Commands.parse(name, Arguments.parse(syntax, words)).run(context);
        } catch (UsageException e) {
            context.err().println("murder " + name + ": " + e.getMessage());
            context.err().println("usage:");
            context.err().println(syntax.usage());
            return ExitStatus.USAGE;
        } catch (CommandException e) {
            return ended(name, e.getMessage(), e.status(), e, debug, context);
        } catch (InterruptedException | ClosedByInterruptException e) {
            return ended(name, "interrupted", ExitStatus.TERMINATED, e, debug, context);
        } catch (IOException e) {
            return ended(name, Failures.describe(e), ExitStatus.FAILED, e, debug, context);
        } catch (RuntimeException | Error e) {
            // The process ends here. Only --debug shows the stack trace.
            return ended(name, "a fault in murder itself: " + e + "; run it again with --debug and report what it prints",
                ExitStatus.FAILED, e, debug, context);
        }
    }

    private static int ended(String name, String message, int status, Throwable cause, boolean debug, Context context) {
        context.err().println("murder " + name + ": " + oneLine(message));
        if (debug) {
            cause.printStackTrace(context.err());
        }
        return status;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    private static String version() {
        try (InputStream in = Main.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks its version.txt");
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            in.transferTo(text);
            return text.toString(StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: version.txt cannot be read", e);
        }
    }
}
