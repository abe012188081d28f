/**
 * Orders to the agents of a fleet: the signed state that their hosts should have, and what makes a
 * host a member.
 */
package murder.order;
