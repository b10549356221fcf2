// The Lua scripts of the key store in Redis. KEYS are those of `keysOf`. ARGV is the store's id, then the arguments as
// JSON. A missing answer is false.

/** The Redis keys of the store, all in one slot. */
export const keysOf = (prefix: string): string[] =>
  ['store', 'request-keys', 'requests', 'country-keys', 'current', 'destructions', 'unfinished', 'marks'].map(
    name => `{${prefix}:encryption}:${name}`,
  )

export const keyCount = 8

/** The prefix of the error for a store that was flushed or replaced. */
export const lostCode = 'LOST'

/**
 * A key is stored as JSON by its id; of a destroyed key only its request remains. A request has the ids of its keys by
 * country: the first is the current one, another may come from a restore.
 */
const preludeLua = /* lua */ `
  local store, keys, requests, countryKeys, current, destructions, unfinished, marks = unpack(KEYS)
  if redis.call('GET', store) ~= ARGV[1] then return redis.error_reply('${lostCode} The keys of this process are gone: the store was flushed or replaced') end

  local function read(hash, id)
    local text = redis.call('HGET', hash, id)
    return text and cjson.decode(text) or nil, text
  end
  local function write(hash, id, value) redis.call('HSET', hash, id, cjson.encode(value)) end
  local function tombstone(requestId)
    local ended, text = read(destructions, requestId)
    if ended and ended.destroyedAt then return text end
  end
  local function stored(keyId)
    local key, text = read(keys, keyId)
    if not key then return false end
    if key.wrapped then return text end
    return tombstone(key.requestId) or false
  end
  local function own(requestId, country, keyId)
    local owned = read(requests, requestId) or {}
    owned[country] = owned[country] or {}
    for _, known in ipairs(owned[country]) do if known == keyId then return end end
    table.insert(owned[country], keyId)
    write(requests, requestId, owned)
  end
  local function destroyKeys(requestId)
    local gone = {}
    for country, ids in pairs(read(requests, requestId) or {}) do
      for _, keyId in ipairs(ids) do
        write(keys, keyId, {requestId = requestId})
        gone[#gone + 1] = {keyId = keyId, country = country}
      end
    end
    return gone
  end
`

/** Nothing is written if Redis would not store keys in a file. */
const durableLua = /* lua */ `
  if not string.find(redis.call('INFO', 'persistence'), 'aof_enabled:1', 1, true) then
    return redis.error_reply('MISCONF Redis has no append-only file, so keys would be lost at a restart')
  end
`

const perItem = (body: string): string => /* lua */ `
  local out = {}
  for i = 2, #ARGV do
    ${body}
  end
  return out
`

const reading = (lua: string): string => preludeLua + lua
const writing = (lua: string): string => preludeLua + durableLua + lua

export const scripts = {
  keysFind: reading(perItem('out[i - 1] = stored(ARGV[i])')),

  keysInsert: writing(
    perItem(/* lua */ `
      local key = cjson.decode(ARGV[i])
      local ended = tombstone(key.requestId)
      local owned = read(requests, key.requestId) or {}
      if ended then
        out[i - 1] = ended
      elseif owned[key.country] then
        out[i - 1] = stored(owned[key.country][1])
      else
        redis.call('HSET', keys, key.keyId, ARGV[i])
        own(key.requestId, key.country, key.keyId)
        out[i - 1] = ARGV[i]
      end
    `),
  ),

  keysCountryKeys: reading(perItem(`out[i - 1] = redis.call('HGET', countryKeys, ARGV[i])`)),

  keysCurrentCountryKeys: reading(
    perItem(/* lua */ `
      local id = redis.call('HGET', current, ARGV[i])
      out[i - 1] = id and redis.call('HGET', countryKeys, id) or false
    `),
  ),

  keysInsertCountryKey: writing(/* lua */ `
    local key = cjson.decode(ARGV[2])
    local id = redis.call('HGET', current, key.country)
    if id then
      local known, text = read(countryKeys, id)
      if known.version ~= key.version - 1 then return {text} end
    end
    redis.call('HSET', countryKeys, key.keyId, ARGV[2])
    redis.call('HSET', current, key.country, key.keyId)
    return {ARGV[2]}
  `),

  keysRewrap: writing(/* lua */ `
    local count = 0
    local hash = ARGV[2] == 'requestKeys' and keys or countryKeys
    for i = 3, #ARGV do
      local change = cjson.decode(ARGV[i])
      local key = read(hash, change.keyId)
      if key and key.wrapped and key.wrappedBy == change.from then
        key.wrappedBy, key.wrapped = change.wrappedBy, change.wrapped
        write(hash, change.keyId, key)
        count = count + 1
      end
    end
    return {tostring(count)}
  `),

  keysIntend: writing(/* lua */ `
    local wanted = cjson.decode(ARGV[2])
    if redis.call('HSETNX', destructions, wanted.requestId, ARGV[2]) == 1 then redis.call('SADD', unfinished, wanted.requestId) end
    return {redis.call('HGET', destructions, wanted.requestId)}
  `),

  keysDestroy: writing(/* lua */ `
    local ended = read(destructions, ARGV[2])
    if not ended then return {false} end
    if not ended.destroyedAt then
      ended.destroyedAt = ARGV[3]
      ended.keys = destroyKeys(ARGV[2])
      if #ended.keys == 0 then ended.keys = nil end
      write(destructions, ARGV[2], ended)
    end
    return {redis.call('HGET', destructions, ARGV[2])}
  `),

  keysConfirm: writing(/* lua */ `
    local ended = read(destructions, ARGV[2])
    if not ended or not ended.destroyedAt then return {false} end
    if not ended.confirmedAt then
      ended.confirmedAt = ARGV[3]
      write(destructions, ARGV[2], ended)
      redis.call('SREM', unfinished, ARGV[2])
    end
    return {redis.call('HGET', destructions, ARGV[2])}
  `),

  keysUnfinished: reading(/* lua */ `
    local ids = redis.call('SRANDMEMBER', unfinished, ARGV[2])
    local out = {}
    for i, id in ipairs(ids) do out[i] = redis.call('HGET', destructions, id) end
    return out
  `),

  keysMarks: reading(perItem(`out[i - 1] = redis.call('HGET', marks, ARGV[i])`)),

  keysMark: writing(/* lua */ `
    redis.call('HSET', marks, ARGV[2], ARGV[3])
    return {}
  `),

  keysRestore: writing(
    perItem(/* lua */ `
      local brought = cjson.decode(ARGV[i])
      local key, country, destruction = brought.requestKey, brought.countryKey, brought.destruction
      if key and redis.call('HEXISTS', keys, key.keyId) == 0 then
        local ended = tombstone(key.requestId)
        own(key.requestId, key.country, key.keyId)
        if ended then
          ended = cjson.decode(ended)
          ended.keys = destroyKeys(key.requestId)
          write(destructions, key.requestId, ended)
        else
          write(keys, key.keyId, key)
        end
      elseif country and redis.call('HSETNX', countryKeys, country.keyId, cjson.encode(country)) == 1 then
        local id = redis.call('HGET', current, country.country)
        if not id or read(countryKeys, id).version < country.version then redis.call('HSET', current, country.country, country.keyId) end
      elseif destruction then
        local id = destruction.requestId
        local known = read(destructions, id) or {requestId = id, because = destruction.because, intendedAt = destruction.intendedAt}
        if destruction.destroyedAt then
          for _, gone in ipairs(destruction.keys) do own(id, gone.country, gone.keyId) end
          if not known.destroyedAt then known.destroyedAt, known.because = destruction.destroyedAt, destruction.because end
          known.keys = destroyKeys(id)
          if #known.keys == 0 then known.keys = nil end
        end
        known.confirmedAt = known.confirmedAt or destruction.confirmedAt
        write(destructions, id, known)
        redis.call(known.confirmedAt and 'SREM' or 'SADD', unfinished, id)
      end
    `),
  ),
} as const

export type ScriptName = keyof typeof scripts
