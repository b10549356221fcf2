export type { Bound, BoundToken, Confirmation, Holding } from './binding.ts'
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
export { createDpopVerifier, type DpopVerifier, dpopAlgorithms, type ProvedRequest } from './dpop.ts'
export { createDpopKey, type DpopKey } from './dpop-key.ts'
export {
  createEngineSecret,
  digestBytesWith,
  digestWith,
  type EngineSecret,
  EngineSecretError,
  engineSecretFileName,
  ensureEngineSecret,
  markOf,
  readEngineSecret,
  requestIdFor,
} from './engine-secret.ts'
export { createEngineSignatureVerifier, createEngineSigner, type EngineSignatureVerifier, type EngineSigner } from './engine-signatures.ts'
export {
  createEventVerifier,
  createKeptEventVerifier,
  type EventVerifier,
  type KeptEventVerifier,
  type SignEventOptions,
  signEvent,
} from './event-signatures.ts'
export { fingerprintOf } from './fingerprint.ts'
export { eventSignatureType, tokenLifeMaxSeconds } from './jwt.ts'
export { institutionFor, speaksForOffice } from './key-owners.ts'
export { type MadeKey, makeKey } from './make-key.ts'
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
} from './members.ts'
export { createOperatorSessions, type OperatorSession, type OperatorSessions } from './operator-sessions.ts'
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
export { type ChangingRegistry, createRegistry, type Registry } from './registry.ts'
export { createSealing, type Sealing } from './sealing.ts'
export { createSessions, type Session, type Sessions } from './sessions.ts'
export {
  actLifeMaxSeconds,
  createTokenVerifier,
  refusalOfAct,
  type SignTokenOptions,
  signToken,
  type TokenVerifier,
  tokenAudience,
  type VerifiedActor,
} from './tokens.ts'
export { type ChainProblem, type ChainReport, type ChainVerifier, createChainVerifier, createWorkVerifier } from './verify-history.ts'
