import { pkcs8Head, spkiHead } from './encodings.ts'

// The same functions as `of-node.ts`, with Web Crypto.

const algorithm = 'Ed25519'

export async function ed25519Of(seed: Uint8Array) {
  const key = await crypto.subtle.importKey('pkcs8', Uint8Array.of(...pkcs8Head, ...seed), algorithm, true, ['sign'])
  const { x = '' } = await crypto.subtle.exportKey('jwk', key)
  const publicKey = Uint8Array.from(atob(`${x.replaceAll('-', '+').replaceAll('_', '/')}=`), character => character.charCodeAt(0))
  return {
    publicKey,
    sign: async (message: Uint8Array): Promise<Uint8Array> =>
      new Uint8Array(await crypto.subtle.sign(algorithm, key, new Uint8Array(message))),
  }
}

export async function isEd25519Signature(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('spki', Uint8Array.of(...spkiHead, ...publicKey), algorithm, false, ['verify'])
    return await crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(message))
  } catch {
    return false
  }
}
