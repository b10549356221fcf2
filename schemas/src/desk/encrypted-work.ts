import { unionByType } from '../cloud-event.ts'
import { storedDataSchema } from '../encrypted/encrypted-data.ts'
import { withoutPersonalData } from '../encrypted/without-personal-data.ts'
import { buildWorkSchema, type WorkKind, workBodies, workKinds } from './work-events.ts'

/**
 * JSON pointers of personal data in work events (ADR 57). The assignee has a pseudonym in the encrypted field (ADR 62).
 * Instants, alerts and field pointers are no personal data.
 */
export const personalDataOfWork: Readonly<Record<WorkKind, readonly string[]>> = {
  RequestAssigned: ['/to'],
  NoteTaken: ['/text'],
  NoteStruck: ['/reason'],
  AlertAcknowledged: [],
  RequestSnoozed: ['/reason'],
  ShiftHandedOver: ['/to', '/summary'],
  FieldRevealed: ['/purpose'],
}

const buildEncryptedSchema = (kind: WorkKind) =>
  buildWorkSchema(kind, withoutPersonalData(workBodies[kind], personalDataOfWork[kind]).extend({ encrypted: storedDataSchema }))

/** The name of the assignee's pseudonym in an encrypted field. */
export const assigneePseudonymName = 'to'

/** A work event with encrypted personal data, as it is stored. */
export const encryptedWorkEvents = () =>
  unionByType(workKinds.filter(kind => personalDataOfWork[kind].length > 0).map(buildEncryptedSchema))
