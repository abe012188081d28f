/**
 * The identity and the address of a peer. Pure values, for all modules and for embedding programs.
 */
package murder.peer;
