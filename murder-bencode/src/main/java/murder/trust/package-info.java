/**
 * Trust: signatures of releases, in the formats of OpenSSH and with the JDK alone. Keys that close
 * a swarm (HMAC, RFC 2104 and FIPS 180-4).
 */
package murder.trust;
