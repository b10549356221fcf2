export { directoryPathOf, isDevelopmentDirectory } from './directory/directory-path.ts'
export {
  type AnsweringSender,
  type AnswerObstacleFinder,
  createAnswerObstacleFinder,
  notOfThisInstitution,
} from './directory/may-answer.ts'
export { createServicePolicy } from './directory/service-policy.ts'
export { type WatchedDirectory, watchDirectory } from './directory/watch-directory.ts'
export { checkRecipients, watchRecipients } from './directory/watch-recipients.ts'
export { createNotifiedSigners } from './notified-signers.ts'
export { refusalOfOldOperatorSignIn, refusalOfOldSignIn } from './recent-sign-in.ts'
export { type RecordSender, type RefusedSender, type SignedEvent, senderOfRecord, signatureToStore } from './sender-of-record.ts'
export { signNotification } from './sign-notification.ts'
export { watchEndedSessions } from './watch-ended-sessions.ts'
export { type Registries, watchRegistries } from './watch-registries.ts'
