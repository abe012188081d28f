/** SHA-1, for the modules of this project. */
package murder.hash;
