/** Who belongs to a swarm: keys that close it (HMAC, RFC 2104 and FIPS 180-4). */
package murder.trust;
