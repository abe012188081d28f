/**
 * Who a peer is and where it listens. Pure values, for all modules and for programs that embed
 * them.
 */
package murder.peer;
