/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>

const pointerPattern = /^(?:\/(?:[^~/]|~[01])*)+$/
const indexPattern = /^(?:0|[1-9][0-9]{0,15})$/

/**
 * Whether a text is a JSON pointer (RFC 6901) into a document. The empty pointer, which is the document itself, does
 * not count.
 */
export const isPointer = (text: string): boolean => knownTokens.has(text) || pointerPattern.test(text)

/** Cache of parsed pointers: nearly all come from a table of fifty. */
const knownTokens = new Map<string, readonly string[]>()
const knownMax = 500

/** Throws RangeError if the text is not a pointer. */
function tokensOf(pointer: string): readonly string[] {
  const known = knownTokens.get(pointer)
  if (known) return known
  if (!isPointer(pointer)) throw new RangeError('Not a JSON pointer to something within a document')
  const tokens = pointer
    .slice(1)
    .split('/')
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (knownTokens.size < knownMax) knownTokens.set(pointer, tokens)
  return tokens
}

/** A tree of pointers by their tokens. A Map, because a token can be any name. */
interface PointerTree {
  readonly below: Map<string, PointerTree>
  /** The pointer that ends here; deeper values are part of its value. */
  pointer?: string
}

/** Cache by pointers as JSON: events of one kind nearly always have the same. */
const knownTrees = new Map<string, PointerTree>()

function treeOf(pointers: readonly string[]): PointerTree {
  const name = JSON.stringify(pointers)
  const known = knownTrees.get(name)
  if (known) return known
  const places = buildTree(pointers)
  if (knownTrees.size < knownMax) knownTrees.set(name, places)
  return places
}

function buildTree(pointers: readonly string[]): PointerTree {
  const root: PointerTree = { below: new Map() }
  for (const pointer of pointers) {
    let place = root
    for (const token of tokensOf(pointer)) {
      const known = place.below.get(token)
      const next = known ?? { below: new Map() }
      if (!known) place.below.set(token, next)
      place = next
    }
    place.pointer = pointer
  }
  return root
}

const isContainer = (value: unknown): value is Members | readonly unknown[] => typeof value === 'object' && value !== null

/** Undefined if there is no such member. Only own members count, not inherited ones. */
function memberOf(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return indexPattern.test(token) ? value[Number(token)] : undefined
  return isContainer(value) && Object.hasOwn(value, token) ? (value as Members)[token] : undefined
}

/** Sets a member of our own object. An assignment to `__proto__` would change the prototype. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}

/**
 * The values at these pointers, by pointer; pointers to nothing are left out. Throws RangeError if a text is not a
 * pointer.
 */
export function valuesAt(data: Members, pointers: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const pointer of pointers) {
    const value = tokensOf(pointer).reduce(memberOf, data as unknown)
    if (value !== undefined) values[pointer] = value
  }
  return values
}

/**
 * A copy of the data without the values at these pointers. All pointers refer to the original data, although removing an
 * item moves those after it. Empty containers stay; a pointer to nothing has no effect. Throws RangeError if a text is not
 * a pointer.
 */
export const withoutValues = (data: Members, pointers: readonly string[]): Members => without(data, treeOf(pointers)) as Members

function without(value: unknown, places: PointerTree): unknown {
  if (!isContainer(value)) return value
  return Array.isArray(value) ? withoutItems(value, places) : withoutMembers(value as Members, places)
}

/** Builds a new object: after a delete, an object is slower in all later use. */
function withoutMembers(object: Members, { below }: PointerTree): Members {
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(object)) {
    const place = below.get(name)
    if (!place) setMember(copy, name, object[name])
    else if (place.pointer === undefined) setMember(copy, name, without(object[name], place))
  }
  return copy
}

function withoutItems(list: readonly unknown[], { below }: PointerTree): unknown[] {
  const copy = [...list]
  const gone = new Set<number>()
  for (const [token, place] of below) {
    const item = memberOf(list, token)
    if (item === undefined) continue
    if (place.pointer === undefined) copy[Number(token)] = without(item, place)
    else gone.add(Number(token))
  }
  return copy.filter((_, index) => !gone.has(index))
}

/**
 * A copy of the data with the values put back: `withValues(withoutValues(data, pointers), valuesAt(data, pointers))` equals `data`.
 * A value replaces the current member; list items are inserted between the others. Throws RangeError if a text is not a
 * pointer or does not fit into this data.
 */
export const withValues = (data: Members, values: Readonly<Record<string, unknown>>): Members =>
  copyWithValues(data, treeOf(Object.keys(values)), values) as Members

function copyWithValues(value: unknown, { below }: PointerTree, values: Readonly<Record<string, unknown>>): unknown {
  if (!isContainer(value)) throw new RangeError('A decrypted value does not fit into this data')
  if (Array.isArray(value)) return withItems(value, below, values)
  const copy = { ...value } as Record<string, unknown>
  for (const [name, place] of below) {
    const member = place.pointer === undefined ? copyWithValues(memberOf(value, name), place, values) : values[place.pointer]
    setMember(copy, name, member)
  }
  return copy
}

function withItems(list: readonly unknown[], below: PointerTree['below'], values: Readonly<Record<string, unknown>>): unknown[] {
  const copy = [...list]
  // From first to last: the items before an item are back when it is inserted, so its index is right.
  const inOrder = [...below].toSorted(([one], [other]) => Number(one) - Number(other))
  for (const [token, place] of inOrder) {
    const index = Number(token)
    const isThere = indexPattern.test(token) && index < copy.length + (place.pointer === undefined ? 0 : 1)
    if (!isThere) throw new RangeError('A decrypted value does not fit into this data')
    if (place.pointer === undefined) copy[index] = copyWithValues(copy[index], place, values)
    else copy.splice(index, 0, values[place.pointer])
  }
  return copy
}
