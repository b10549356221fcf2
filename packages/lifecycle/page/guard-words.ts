/** What each guard of the statechart asks, as the rest of a sentence that starts with "if". A guard that is not here stops the generator. */
export const guardWords: Readonly<Record<string, string>> = {
  passedByRules: 'the rules pass it and its amount is usable',
  nobodyProposed: 'nobody has proposed it yet',
  anotherPersonProposed: 'another person has proposed it',
  coversRequested: 'all that was requested is now frozen',
  fitsRequested: 'no more is frozen than was requested',
  settlesFrozen: 'what came back and its charges make up what was frozen',
  fitsFrozen: 'what came back and its charges stay within what was frozen',
  nothingReturned: 'nothing has come back yet',
  lastHoldLapses: 'no other hold is left',
  holdIsArmed: 'this hold is armed',
}
