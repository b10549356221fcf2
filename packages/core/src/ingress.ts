import type { MemberActor, Problem, Refusal, Result } from '@holdfast/schemas'

/** How members send the documents of a workflow. */
export interface Ingress<Document = unknown> {
  /** What a person calls a document, such as `freeze request`. */
  readonly document: string
  /** The HTTP endpoint, such as `/v1/requests`. */
  readonly path: string
  /** The type of a record in the topic of requests. */
  readonly eventType: string
  parse(json: unknown): Result<Document, Problem[]>
  /** Parses a document in a format of XML. Undefined if the workflow has none. */
  parseXml?(bytes: Uint8Array): Result<Document, Problem[]>
  /** Why a member may not send this document. */
  refusalOfSender(sender: MemberActor, document: Document): Refusal | undefined
  /** The data of the command that opens the request. */
  openingOf(document: Document): object
  /** What a receipt repeats of the document. */
  receiptOf(document: Document): object
}
