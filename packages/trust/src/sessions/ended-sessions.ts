/** The sessions that were ended by signing out, before their own end. */
export interface EndedSessions {
  has(sessionId: string): boolean
  /** Durable when it resolves, and known to every process of the engine within seconds. */
  add(session: { readonly sessionId: string; readonly endsAt: Date }): Promise<void>
}
