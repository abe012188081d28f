/**
 * Carries peer-wire messages over TCP: one selector loop, any number of connections. It moves
 * bytes, applies time-outs and limits, and decides nothing.
 */
package murder.wire.nio;
