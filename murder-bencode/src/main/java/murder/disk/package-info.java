/** Functions for file systems that several modules of this project use. */
package murder.disk;
