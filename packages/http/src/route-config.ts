import type { Operator, VerifiedActor } from '@holdfast/trust'

/** Who may use a route, and what it does. */
export interface RouteConfig {
  /** Open to every client, without a token. */
  readonly open?: boolean
  /** Only for operators, not for members. */
  readonly forOperators?: boolean
  /** Also for officers of a specialised unit, who have access to the requests shared with it only. */
  readonly forUnits?: boolean
  /** Also for institutions with their own key, which have access to their orders only. */
  readonly forInstitutions?: boolean
  /** For operators and members. */
  readonly alsoForOperators?: boolean
  /** Stays open as long as the client reads, and is counted by its service. */
  readonly stays?: boolean
  /** Parses its query with its own schema; without it, any parameter is refused. */
  readonly takesQuery?: boolean
  /** Accepted media types of a body, if not only JSON. */
  readonly takes?: readonly string[]
  /** Opens requests, so it is refused first when storage gets low. */
  readonly opensRequests?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The principal; undefined only on open routes. */
    caller: VerifiedActor | undefined
    /** The operator; only on routes for operators. */
    operator: Operator | undefined
  }
  interface FastifyInstance {
    /**
     * Resolves when it is the turn of the sender's country to have a body parsed. The code after it should handle that
     * body without waiting.
     */
    bodyTurn(request: FastifyRequest): Promise<void>
  }
  interface FastifyContextConfig extends RouteConfig {}
}
