package murder.trust;

import java.io.IOException;

/** Makes signatures with one key, wherever it is. */
@FunctionalInterface
public interface Signer {
    /**
     * Signs a message. May ask a user or a token, and so take long.
     *
     * @param namespace what the signature is for
     * @param message all of it
     * @return a signature that is one of the message
     * @throws IOException if the key cannot be used
     * @throws InterruptedException if the calling thread was interrupted
     */
    SshSignature sign(String namespace, byte[] message) throws IOException, InterruptedException;
}
