/**
 * Bencode (BEP 3): a strict, bounded reader, a writer of the canonical form, and the values between
 * them.
 */
package murder.bencode;
