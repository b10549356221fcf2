import type { Profile } from '../teller.ts'

/** Takes every order and never answers one. */
export const silent: Profile = async teller => teller.tell('keeps silent')
