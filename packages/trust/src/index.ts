export { type ChainedEvent, chainedLine, chainFact, chainWork, factHash, followsWork, type WorkChainEnd } from './chain.ts'
export {
  createDevelopmentTokens,
  type DevelopmentMembers,
  type DevelopmentTokenOptions,
  developmentKeys,
  developmentKeysFileName,
  developmentToken,
  ensureDevelopmentMembers,
  membersFileName,
} from './development.ts'
export {
  createEngineSecret,
  digestBytesWith,
  digestWith,
  type EngineSecret,
  EngineSecretError,
  engineSecretFileName,
  ensureEngineSecret,
  keyedDigestOf,
  readEngineSecret,
  requestIdFor,
} from './engine-secret.ts'
export { fingerprintOf } from './fingerprint.ts'
export {
  createOperatorVerifier,
  developmentOperatorsFileName,
  developmentOperatorToken,
  ensureDevelopmentOperator,
  loadOperators,
  type Operator,
  type OperatorVerifier,
  signOperatorToken,
} from './operators.ts'
export { publishFile } from './publish-file.ts'
export type { Bound } from './registry/bound.ts'
export { actsForOffice, institutionFor } from './registry/key-owners.ts'
export { type MadeKey, makeKey } from './registry/make-key.ts'
export {
  loadMembers,
  type Member,
  type Members,
  type MembersFile,
  membersFileSchema,
  type OperatorsFile,
  type PrivateKeyJwk,
  principalsOf,
  privateKeySchema,
  type RegisteredInstitution,
  type RegisteredPrincipal,
  RegistryError,
  readRegistry,
} from './registry/members.ts'
export { type ChangingRegistry, createRegistry, type Registry } from './registry/registry.ts'
export { createDocumentCipher, type DocumentCipher } from './sessions/document-cipher.ts'
export type { EndedSessions } from './sessions/ended-sessions.ts'
export { createOperatorSessions, type OperatorSession, type OperatorSessions } from './sessions/operator-sessions.ts'
export { createSessions, type Session, type Sessions } from './sessions/sessions.ts'
export {
  createEngineSignatureVerifier,
  createEngineSigner,
  type EngineSignatureVerifier,
  type EngineSigner,
} from './signatures/engine-signatures.ts'
export {
  createEventVerifier,
  createStoredEventVerifier,
  type EventVerifier,
  type SignEventOptions,
  type StoredEventVerifier,
  signEvent,
} from './signatures/event-signatures.ts'
export type { BoundToken, Confirmation, Holding } from './tokens/binding.ts'
export { createDpopVerifier, type DpopVerifier, dpopAlgorithms, type ProvedRequest } from './tokens/dpop.ts'
export { createDpopKey, type DpopKey } from './tokens/dpop-key.ts'
export type { CredentialRefusal } from './tokens/jwt.ts'
export { eventSignatureType, tokenLifeMaxSeconds } from './tokens/jwt.ts'
export {
  actLifeMaxSeconds,
  createTokenVerifier,
  refusalOfAct,
  type SignTokenOptions,
  signToken,
  type TokenVerifier,
  tokenAudience,
  type VerifiedActor,
} from './tokens/tokens.ts'
export { type ChainProblem, type ChainReport, type ChainVerifier, createChainVerifier, createWorkVerifier } from './verify-history.ts'
