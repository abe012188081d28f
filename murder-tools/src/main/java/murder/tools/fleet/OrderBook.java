package murder.tools.fleet;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import murder.order.Order;
import murder.order.OrderPolicy;
import murder.order.OrderTooLongException;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.cli.CommandException;
import murder.trust.AllowedSigners;
import murder.trust.KeyFormatException;
import murder.trust.Signer;
import murder.trust.TrustException;

/**
 * The fleet's newest order. It has every destination of the fleet. So each change reads the last
 * order, changes one target, signs and writes, under a lock. Deploys of different tags may overlap.
 */
final class OrderBook {
    private static final String FILE = "order";
    /** The validity of an order. A host that is off for longer needs a new deploy. */
    private static final Duration VALID_FOR = Duration.ofDays(30);

    private final FleetFolder folder;
    private final String fleet;
    private final Signer signer;
    /** Of the secret that closes payload swarms. */
    private final String key;
    private final AllowedSigners signers;

    OrderBook(FleetFolder folder, KeyRing ring) throws KeyFormatException {
        this.folder = folder;
        this.fleet = ring.keys().fleet();
        this.signer = ring.signer();
        this.key = ring.keys().swarmKeys().get(0).fingerprint();
        this.signers = AllowedSigners.parse(String.join("\n", ring.signers()));
    }

    /**
     * An agent knows this order. Another control machine may have signed it, or this one lost its
     * file. If it is newer and its signature is valid, further changes start from it.
     */
    void onFound(String base64) throws CommandException, IOException, InterruptedException {
        SignedOrder found;
        try {
            found = SignedOrder.parse(Base64.getDecoder().decode(base64));
            found.check(new OrderPolicy(signers, fleet), Instant.now(), -1);
        } catch (IllegalArgumentException | TrustException e) {
            return; // Not ours, or expired: the agents will get a newer one.
        }
        folder.locked(() -> {
            SignedOrder last = last();
            if (last == null || last.order().serial() < found.order().serial()) {
                folder.write(FILE, found.bytes());
            }
            return found;
        });
    }

    /** Null if there was none. */
    SignedOrder last() throws CommandException, IOException {
        byte[] bytes = folder.read(FILE);
        try {
            return bytes == null ? null : SignedOrder.parse(bytes);
        } catch (TrustException e) {
            throw CommandException.failed(folder.path().resolve(FILE) + " is damaged (" + e.getMessage() + "); remove it", e);
        }
    }

    /** The target of a destination in the last order; null if there is none. */
    Target target(String destination) throws CommandException, IOException {
        SignedOrder last = last();
        return last == null ? null : last.order().target(destination);
    }

    /**
     * Signs the next order.
     *
     * @param destination whose target changes
     * @param change from the last target, or null, to the next one, or null for none
     * @param ended whether this deploy signs no more orders; another running one may
     * @param now by this machine's clock
     */
    SignedOrder change(String destination, UnaryOperator<Target> change, boolean ended, Instant now)
        throws CommandException, IOException, InterruptedException {
        return folder.locked(() -> {
            SignedOrder last = last();
            Target before = target(destination);
            Target after = change.apply(before);
            // The latest comes first: agents report on the first targets if there is no room for
            // all, and the last one makes room in an order that would be too long.
            List<Target> targets = new ArrayList<>();
            if (after != null) {
                targets.add(after);
            }
            for (Target target : last == null ? List.<Target>of() : last.order().targets()) {
                if (!target.destination().equals(destination) && targets.size() < Order.MAX_TARGETS) {
                    targets.add(target);
                }
            }
            return sign(last, now, ended && !folder.othersDeploy(), targets);
        });
    }

    /** Says the same as the last order, by the keys of now. @return null if there was no order */
    SignedOrder again(Instant now) throws CommandException, IOException, InterruptedException {
        return folder.locked(() -> {
            SignedOrder last = last();
            return last == null ? null : sign(last, now, last.order().ended(), last.order().targets());
        });
    }

    /**
     * Hosts keep the releases of a target that made room, but a host that was off does not get them
     * any more.
     */
    private SignedOrder sign(SignedOrder last, Instant now, boolean ended, List<Target> targets) throws IOException, InterruptedException {
        Order order = new Order(fleet, Order.serialAfter(last == null ? -1 : last.order().serial(), now), now, now.plus(VALID_FOR),
            ended, key, targets);
        SignedOrder signed;
        try {
            signed = SignedOrder.sign(order, signer);
        } catch (OrderTooLongException e) {
            if (targets.size() < 2) {
                throw e;
            }
            return sign(last, now, ended, targets.subList(0, targets.size() - 1));
        }
        folder.write(FILE, signed.bytes());
        return signed;
    }
}
