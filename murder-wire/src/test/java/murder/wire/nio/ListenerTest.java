package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A socket of a process that has no file handle left. */
    private static final class Exhausted extends ServerSocketChannel {
        private int accepts;

        Exhausted() {
            super(SelectorProvider.provider());
        }

        @Override
        public SocketChannel accept() throws IOException {
            accepts++;
            throw new IOException("Too many open files");
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            return this;
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            return null;
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            return null;
        }

        @Override
        public SocketAddress getLocalAddress() {
            return null;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    private static final class Key extends SelectionKey {
        private int interest = OP_ACCEPT;

        @Override
        public SelectableChannel channel() {
            return null;
        }

        @Override
        public Selector selector() {
            return null;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void cancel() {}

        @Override
        public int interestOps() {
            return interest;
        }

        @Override
        public SelectionKey interestOps(int ops) {
            interest = ops;
            return this;
        }

        @Override
        public int readyOps() {
            return OP_ACCEPT;
        }
    }

    @Test
    void failedAcceptPausesForSecond() throws IOException {
        try (SelectorLoop loop = SelectorLoop.open(LoopOptions.defaults(), nowNs -> Long.MAX_VALUE); Exhausted socket = new Exhausted()) {
            Key key = new Key();
            Listener listener = new Listener(loop, socket, Peer::new);
            listener.key(key);
            assertThat(listener.resumeNs()).isEqualTo(Long.MAX_VALUE);

            listener.onReady();
            assertThat(socket.accepts).isEqualTo(1);
            assertThat(key.interest).isZero();
            assertThat(listener.resumeNs()).isEqualTo(SECOND);

            listener.onDeadline(SECOND - 1);
            assertThat(key.interest).isZero();
            listener.onDeadline(SECOND);
            assertThat(key.interest).isEqualTo(SelectionKey.OP_ACCEPT);
            assertThat(listener.resumeNs()).isEqualTo(Long.MAX_VALUE);
        }
    }
}
