import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { UnreadableDataError } from '@holdfast/request-state'
import {
  type Encryptable,
  type EncryptedData,
  type Fact,
  type FreezeRequest,
  type Order,
  withoutValues,
  withValues,
} from '@holdfast/schemas'

/** The data that all orders of a request have in common. */
export type OrderFrame = Omit<Order['data'], 'orderId' | 'kind' | 'reason' | 'amount'>

/** The stored form: without personal data, and with the encrypted field of the fact that brought the document. */
export type EncryptedFrame = Omit<OrderFrame, 'payment' | 'legalBasis'> & {
  readonly payment: Partial<OrderFrame['payment']>
  /** Only of a document that is older than the encryption of legal bases. */
  readonly legalBasis?: string
  /** The command that brought the document: the encrypted field is bound to it. */
  readonly commandId: string
  readonly encrypted: EncryptedData
}

export const frameOf = (requestId: string, request: FreezeRequest): OrderFrame => ({
  requestId,
  country: request.beneficiaryCountry,
  requestingCountry: request.requestingCountry,
  caseReference: request.caseReference,
  institution: request.payment.creditorAgent,
  legalBasis: request.offence.legalBasis,
  confidentiality: request.handling.confidentiality,
  discloseToHolder: request.handling.discloseToHolder,
  payment: request.payment,
})

/**
 * The frames that the owner of a partition has decrypted. They are kept by frame object, so a frame that is loaded from
 * the store again is decrypted again.
 */
export interface DecryptedFrames {
  /** Adds a frame that was just made of decrypted data. */
  note(frame: EncryptedFrame, opened: OrderFrame): void
  /**
   * Decrypts these frames in one step. A frame whose personal data is unreadable stays encrypted. Throws the errors of
   * the key store.
   */
  open(frames: Iterable<EncryptedFrame>): Promise<void>
  isClosed(frame: OrderFrame | EncryptedFrame | null): frame is EncryptedFrame
  /** Returns the frame with its personal data. Throws UnreadableDataError if that is unreadable. */
  opened(frame: OrderFrame | EncryptedFrame): OrderFrame
}

/** The JSON pointer of the document in the data of a fact; frames have none. */
const document = '/request'

/** @param values the decrypted values by their JSON pointers in the data of the fact. */
function decryptedFrame(frame: EncryptedFrame, values: Readonly<Record<string, unknown>>): OrderFrame {
  const { requestId, country, requestingCountry, caseReference, confidentiality, discloseToHolder, payment: known } = frame
  const paymentValues = Object.entries(values).filter(([pointer]) => pointer.startsWith(`${document}/payment/`))
  const byPointer = Object.fromEntries(paymentValues.map(([pointer, value]) => [pointer.slice(document.length), value]))
  const { payment } = withValues({ payment: known }, byPointer) as unknown as Pick<OrderFrame, 'payment'>
  const legalBasis = (values[`${document}/offence/legalBasis`] ?? frame.legalBasis) as string
  const institution = payment.creditorAgent
  // Member order as in a new frame, so that a repeated order has the same bytes.
  return { requestId, country, requestingCountry, caseReference, institution, legalBasis, confidentiality, discloseToHolder, payment }
}

const isEncrypted = (frame: OrderFrame | EncryptedFrame): frame is EncryptedFrame => 'encrypted' in frame

export function createDecryptedFrames(cipher: Pick<PersonalDataCipher, 'valuesIn'>): DecryptedFrames {
  /** By the stored frame. */
  const decryptedFrames = new WeakMap<EncryptedFrame, OrderFrame>()
  /** Frames whose keys were destroyed. */
  const destroyedFrames = new WeakSet<EncryptedFrame>()

  return {
    note: (frame, opened) => void decryptedFrames.set(frame, opened),
    async open(frames) {
      const closed = [...frames]
      if (closed.length === 0) return
      const found = await cipher.valuesIn(closed.map(({ requestId, commandId, encrypted }) => ({ requestId, commandId, field: encrypted })))
      for (const [index, frame] of closed.entries()) {
        const values = found[index]
        if (!values) continue
        if ('destroyedAt' in values) {
          destroyedFrames.add(frame)
          continue
        }
        decryptedFrames.set(frame, decryptedFrame(frame, values.values))
      }
    },
    isClosed: (frame): frame is EncryptedFrame => frame !== null && isEncrypted(frame) && !decryptedFrames.has(frame),
    opened(frame) {
      if (!isEncrypted(frame)) return frame
      const opened = decryptedFrames.get(frame)
      if (!opened) throw new UnreadableDataError('its document', frame.requestId, destroyedFrames.has(frame))
      return opened
    },
  }
}

/**
 * The stored form of a document: in plaintext if its fact is, else with its encrypted field, whether or not it was
 * decrypted.
 */
export function storedFrameOf(
  { subject, causationid, data }: Fact,
  request: FreezeRequest,
  frames?: Pick<DecryptedFrames, 'note'>,
): OrderFrame | EncryptedFrame {
  const { encrypted } = data as Encryptable
  if (!encrypted) return frameOf(subject, request)
  const { decrypted, ...field } = encrypted
  const stored = decrypted ? (withoutValues({ ...data }, decrypted.pointers) as { readonly request: FreezeRequest }).request : request
  const frame: EncryptedFrame = { ...frameOf(subject, stored), commandId: causationid, encrypted: field }
  if (decrypted) frames?.note(frame, frameOf(subject, request))
  return frame
}
