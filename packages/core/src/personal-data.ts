/** What of a workflow's commands is encrypted, and under whose keys. */
export interface PersonalData {
  /** JSON pointers of personal data, free text and signatures in the data of a command, by its kind. */
  pointersOf(kind: string): readonly string[]
  /** Whether the command can be proposed, so that its data is compared with that of another person. */
  isProposable(kind: string): boolean
  /** The plaintext of each blind index of a command's data, by name. */
  blindIndexInputsOf(data: object): Readonly<Record<string, string>>
  /**
   * The countries that join the request by this command. They get a key at once, so that no answer waits for it. The
   * sender gets one anyway.
   */
  joiningBy(kind: string, data: object): readonly string[]
  /** The country whose data a command of the engine carries; undefined if it carries none. */
  countryOf(data: object): string | undefined
}
