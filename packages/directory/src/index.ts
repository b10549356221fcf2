export {
  type AnswerFolder,
  countriesWithEndpoints,
  type Directory,
  type DirectoryChecks,
  foldersOf,
  hasInstitutionEntry,
  ncbOf,
  parseDirectory,
  type Recipient,
  recipientOf,
  type UnusableRecipient,
  unusableRecipients,
} from './directory.ts'
export { type Channel, type DirectoryFile, directoryFileSchema, type OrderFormat } from './directory-file.ts'
export { readDirectory } from './read-directory.ts'
export { createWebhookSecrets, problemOfSecret, type WebhookSecrets } from './webhook-secrets.ts'
export { signWebhook, type VerifiedWebhook, verifyWebhook, type WebhookHeaders } from './webhook-signature.ts'
