/**
 * Orders to the agents of a fleet: the signed wanted state of their hosts, and the membership of a
 * host.
 */
package murder.order;
