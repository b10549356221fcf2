/** The location of a field in a document, and whether the reader may reveal it. */
export interface FieldLocation {
  readonly requestId: string
  /** A JSON pointer into the document. */
  readonly path: string
  /** Its name in the reader's language. */
  readonly name: string
  /**
   * `older` if the document is not the newest one, as only that can be revealed; `never` if the reader may not reveal
   * fields.
   */
  readonly may: 'now' | 'older' | 'never'
}
