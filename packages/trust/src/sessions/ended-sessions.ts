/** The sessions that were signed out before their end. */
export interface EndedSessions {
  has(sessionId: string): boolean
  /** Resolves when durable; every process of the engine knows it within seconds. */
  add(session: { readonly sessionId: string; readonly endsAt: Date }): Promise<void>
}
