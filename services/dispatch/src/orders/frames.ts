import type { EncryptedFrame, Orders } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { UnreadableDataError } from '@holdfast/request-state'
import { type Encryptable, type LedgerFact, withoutValues } from '@holdfast/schemas'

/**
 * The stored form of a frame: without personal data, and with the encrypted field of the fact that brought the document.
 * The frame of a document in plaintext is stored as it is.
 */
export type StoredFrame = object | (object & EncryptedFrame)

/**
 * The frames that the owner of a partition has decrypted. They are kept by frame object, so a frame that is loaded from
 * the store again is decrypted again.
 */
export interface DecryptedFrames {
  /** Adds a frame that was just made of decrypted data. */
  note(frame: EncryptedFrame, opened: object): void
  /**
   * Decrypts these frames in one step. A frame whose personal data is unreadable stays encrypted. Throws the errors of
   * the key store.
   */
  open(frames: Iterable<EncryptedFrame>): Promise<void>
  isClosed(frame: StoredFrame | null): frame is EncryptedFrame
  /** Returns the frame with its personal data. Throws UnreadableDataError if that is unreadable. */
  opened(frame: StoredFrame): object
}

const isEncrypted = (frame: StoredFrame): frame is EncryptedFrame => 'encrypted' in frame

export function createDecryptedFrames(
  cipher: Pick<PersonalDataCipher, 'valuesIn'>,
  { openFrame }: Pick<Orders, 'openFrame'> = { openFrame: frame => frame },
): DecryptedFrames {
  /** By the stored frame. */
  const decryptedFrames = new WeakMap<EncryptedFrame, object>()
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
        decryptedFrames.set(frame, openFrame(frame, values.values))
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
 * The stored form of a document's frame: in plaintext if its fact is, else with its encrypted field, whether or not it
 * was decrypted.
 *
 * @param documentOf the document in the data of a fact.
 */
export function storedFrameOf(
  { frameOf }: Pick<Orders, 'frameOf'>,
  fact: LedgerFact,
  documentOf: (fact: LedgerFact) => unknown,
  frames?: Pick<DecryptedFrames, 'note'>,
): StoredFrame {
  const { subject, causationid, data } = fact
  const frame = frameOf(subject, documentOf(fact))
  const { encrypted } = data as Encryptable
  if (!encrypted) return frame
  const { decrypted, ...field } = encrypted
  const stored = decrypted ? frameOf(subject, documentOf({ ...fact, data: withoutValues({ ...data }, decrypted.pointers) })) : frame
  const closed = { ...stored, requestId: subject, commandId: causationid, encrypted: field }
  if (decrypted) frames?.note(closed, frame)
  return closed
}
