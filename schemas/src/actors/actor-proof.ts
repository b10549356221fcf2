import { z } from 'zod'

/**
 * What proves that an actor is the person it names (ADR 54).
 * `key`: a key that the registry holds for this person alone, by its thumbprint (RFC 7638).
 * `signIn`: an account at the identity provider, by a digest of issuer and subject; it survives a renamed account.
 * `folder`: a folder that the operator created for this person.
 */
export type ActorProof =
  | { readonly by: 'key'; readonly thumbprint: string }
  | { readonly by: 'signIn'; readonly account: string; readonly acr?: string; readonly amr?: readonly string[] }
  | { readonly by: 'folder'; readonly name: string }

/**
 * A CloudEvents attribute is plain text. Without the attribute, only a key of the country vouches for the person.
 * Events older than personal keys have none.
 */
const proofPattern =
  /^(?:key\/[A-Za-z0-9_-]{43}|signIn\/[A-Za-z0-9_-]{43}(?:\?[A-Za-z0-9%&=*._+-]{1,2000})?|folder\/[A-Za-z0-9._@-]{1,64})$/

export const actorProofSchema = z.string().regex(proofPattern, 'must be a key, a sign-in or a folder')

/** A proof as the text of a CloudEvents attribute, which `parseProof` reads. */
export function formatProof(proof: ActorProof): string {
  if (proof.by === 'key') return `key/${proof.thumbprint}`
  if (proof.by === 'folder') return `folder/${proof.name}`
  const how = new URLSearchParams(proof.acr ? { acr: proof.acr } : {})
  for (const method of proof.amr ?? []) how.append('amr', method)
  return `signIn/${proof.account}${how.size > 0 ? `?${how}` : ''}`
}

/** Undefined if the text is not a proof. */
export function parseProof(text: string): ActorProof | undefined {
  if (!proofPattern.test(text)) return undefined
  const [by, rest = ''] = [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)]
  if (by === 'key') return { by, thumbprint: rest }
  if (by === 'folder') return { by, name: rest }
  const [account = '', query = ''] = rest.split('?')
  const how = new URLSearchParams(query)
  const [acr, amr] = [how.get('acr'), how.getAll('amr')]
  return { by: 'signIn', account, ...(acr === null ? {} : { acr }), ...(amr.length > 0 ? { amr } : {}) }
}

/** The key or account of a proof, without how it was proved each time. */
export const proofSubjectOf = (proof: string): string => proof.split('?')[0] ?? proof
