import type { Operator, VerifiedActor } from '@holdfast/trust'

/** What a route says of who may ask it, and of what it does. */
export interface RouteConfig {
  /** Anybody may ask, without a token. */
  readonly open?: boolean
  /** Only who runs the engine may ask, and no member. */
  readonly forOperators?: boolean
  /** Also somebody of a specialised unit may ask, who reads what is shared with that unit and nothing else. */
  readonly forUnits?: boolean
  /** Also an institution that speaks by a key of its own may ask, which sees its orders and no request. */
  readonly forInstitutions?: boolean
  /** Who runs the engine may ask too, and not only members. */
  readonly alsoForOperators?: boolean
  /** It stays open for as long as its reader likes, and is counted by who serves it. */
  readonly stays?: boolean
  /** It reads its query by a schema of its own; without it no parameter is taken. */
  readonly takesQuery?: boolean
  /** The media types of a body, where JSON is not the only one. */
  readonly takes?: readonly string[]
  /** Opens requests: closed first when room gets scarce. */
  readonly opensRequests?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; undefined only at addresses that anybody may ask. */
    caller: VerifiedActor | undefined
    /** Who runs the engine; only at addresses that are for operators, or for them too. */
    operator: Operator | undefined
  }
  interface FastifyInstance {
    /** Resolves when it is the turn of the sender's country to have a body read; what follows should work on that one and not wait. */
    bodyTurn(request: FastifyRequest): Promise<void>
  }
  interface FastifyContextConfig extends RouteConfig {}
}
