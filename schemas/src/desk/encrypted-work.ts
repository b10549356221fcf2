import { unionByType } from '../cloud-event.ts'
import { storedDataSchema } from '../encrypted/encrypted-data.ts'
import { withoutPersonalData } from '../encrypted/without-personal-data.ts'
import { buildWorkSchema, type WorkKind, workBodies, workKinds } from './work-events.ts'

/** Where what a person wrote stands in what a desk does among itself, as JSON pointers (ADR 57). Who is given a request is called by a mark in the block (ADR 62); until when, which alert and which field are no words. */
export const personalDataOfWork: Readonly<Record<WorkKind, readonly string[]>> = {
  RequestAssigned: ['/to'],
  NoteTaken: ['/text'],
  NoteStruck: ['/reason'],
  AlertAcknowledged: [],
  RequestSnoozed: ['/reason'],
  ShiftHandedOver: ['/to', '/summary'],
  FieldRevealed: ['/purpose'],
}

const buildSealedSchema = (kind: WorkKind) =>
  buildWorkSchema(kind, withoutPersonalData(workBodies[kind], personalDataOfWork[kind]).extend({ sealed: storedDataSchema }))

/** The mark in a block of whom a request is given to. */
export const assigneePseudonymName = 'to'

/** A work event whose words are in a block, as it is stored. */
export const encryptedWorkEvents = () => unionByType(workKinds.filter(kind => personalDataOfWork[kind].length > 0).map(buildSealedSchema))
