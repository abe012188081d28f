package murder.trust;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 (RFC 8446) between the members of closed swarms, with a certificate on both ends. Members
 * need only their swarm key. Each derives the same Ed25519 pair and certificate from it, and
 * accepts only certificates with this public key. So a recording of the traffic shows neither
 * payload nor metadata. A key that leaks later does not change this, because TLS 1.3 makes new
 * secrets for each connection.
 *
 * <p>Any thread.
 */
public final class SwarmTls {
    private static final String PROTOCOL = "TLSv1.3";
    private static final String ALIAS = "member";

    private final SSLContext context;

    private SwarmTls(SSLContext context) {
        this.context = context;
    }

    /**
     * {@return the TLS of members with these keys}
     *
     * @param keys at least one. This end shows the first and accepts all: while a key is replaced,
     *     there are two
     */
    public static SwarmTls of(List<SwarmKey> keys) {
        List<MemberCertificate> members = keys.stream().map(MemberCertificate::of).toList();
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(new KeyManager[] {new Own(members.get(0))},
                new TrustManager[] {new OnlyMembers(members.stream().map(MemberCertificate::publicKey).toList())}, null);
            return new SwarmTls(context);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java from 15 on has TLS 1.3 with Ed25519", e);
        }
    }

    /**
     * {@return one end of one connection, whose handshake has not begun}
     *
     * @param dialled whether this end dialled
     */
    public SSLEngine newEngine(boolean dialled) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(dialled);
        engine.setNeedClientAuth(true);
        engine.setEnabledProtocols(new String[] {PROTOCOL});
        return engine;
    }

    /** Always shows the only certificate. */
    private static final class Own extends X509ExtendedKeyManager {
        private final MemberCertificate own;

        Own(MemberCertificate own) {
            this.own = own;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return keyType.equals("EdDSA") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {own.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.privateKey();
        }
    }

    /**
     * Accepts a certificate if its public key is that of a member; TLS makes the peer prove that it
     * has the private key.
     */
    private static final class OnlyMembers extends X509ExtendedTrustManager {
        private final List<PublicKey> members;

        OnlyMembers(List<PublicKey> members) {
            this.members = members;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length != 1 || !members.contains(chain[0].getPublicKey())) {
                throw new CertificateException("the certificate is not that of a member of the swarm");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
