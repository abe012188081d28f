package murder.tools.fleet;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import murder.order.Who;
import murder.tools.cli.UsageException;

/**
 * The hosts with an active release after a step of its activation: those of earlier steps, and
 * further ones.
 *
 * @param hosts in the order of the configuration
 * @param who the same hosts in the form of an order: those that one of these means
 */
record Wave(List<String> hosts, List<Who> who) {
    /** Names take room in an order. With more hosts a hash of their names draws a share of all. */
    private static final int MAX_NAME_BYTES = 4096;

    static Wave all(List<String> hosts) {
        return new Wave(List.copyOf(hosts), List.of(new Who.All()));
    }

    /** Whether every agent of the fleet is meant, also one that takes no part now. */
    boolean isAll() {
        return who.get(0) instanceof Who.All;
    }

    /**
     * @param text such as {@code 1,10%,100%}: numbers or shares of hosts; empty for all at once.
     *     The last wave has all hosts in any case
     * @param hosts that take part
     */
    static List<Wave> parse(String text, List<String> hosts) throws UsageException {
        List<Wave> waves = new ArrayList<>();
        int before = 0;
        for (String word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int count = Math.min(count(word.strip(), hosts.size()), hosts.size());
            if (count < before) {
                throw new UsageException("waves grow, so '" + word.strip() + "' cannot follow a greater one in " + text);
            }
            if (count > before && count < hosts.size()) {
                Wave wave = of(hosts, count, waves.isEmpty() ? List.of() : waves.get(waves.size() - 1).who);
                before = wave.hosts.size();
                waves.add(wave);
            }
        }
        waves.add(all(hosts));
        return waves;
    }

    private static int count(String word, int all) throws UsageException {
        boolean percent = word.endsWith("%");
        try {
            int number = Integer.parseInt(percent ? word.substring(0, word.length() - 1) : word);
            if (number >= 1 && (!percent || number <= 100)) {
                return percent ? (int) ((99L + (long) number * all) / 100) : number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("waves are numbers or shares of hosts, as in waves=1,10%,100%, not '" + word + "'");
        }
        throw new UsageException("a wave has one host or more, and at most 100%, not '" + word + "'");
    }

    /**
     * The first hosts by name, or by a hash if their names do not fit.
     *
     * @param before who was in the wave before
     */
    private static Wave of(List<String> hosts, int count, List<Who> before) {
        List<String> first = hosts.subList(0, count);
        if (count <= Who.Names.MAX && first.stream().mapToInt(name -> name.length() + 4).sum() <= MAX_NAME_BYTES) {
            return new Wave(List.copyOf(first), List.of(new Who.Names(first)));
        }
        Who.Share share = new Who.Share((int) Math.min(Who.Share.ALL, (1000L * count + hosts.size() - 1) / hosts.size()));
        List<Who> who = new ArrayList<>(List.of(share));
        // A larger share holds a smaller one, but not hosts that were named.
        before.stream().filter(Who.Names.class::isInstance).forEach(who::add);
        List<String> drawn = new ArrayList<>(new LinkedHashSet<>(hosts));
        drawn.removeIf(name -> who.stream().noneMatch(each -> each.matches(name, "")));
        return new Wave(List.copyOf(drawn), List.copyOf(who));
    }
}
