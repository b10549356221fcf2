/** Where a field of a document stands, and whether the reader may have it revealed. */
export interface FieldLocation {
  readonly requestId: string
  /** A JSON Pointer into the document. */
  readonly path: string
  /** Its name in the reader's language. */
  readonly name: string
  /** `older` where the document is not the newest one, which alone is revealed; `never` where revealing is not for the reader. */
  readonly may: 'now' | 'older' | 'never'
}
