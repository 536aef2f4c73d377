/** FIPS 180-4, 4.2 and 5.3: the constants of SHA-2 are what stands behind the point in roots of the first primes. */

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  return primes
}

/** The largest integer whose power is not above a number. */
function integerRoot(number: bigint, degree: bigint): bigint {
  let root = 1n << (BigInt(number.toString(2).length) / degree + 1n)
  for (;;) {
    const next = ((degree - 1n) * root + number / root ** (degree - 1n)) / degree
    if (next >= root) return root
    root = next
  }
}

/** The first 64 bits of the fraction of a prime's root. */
function fractionOfRoot(prime: number, degree: bigint): bigint {
  return BigInt.asUintN(64, integerRoot(BigInt(prime) << (64n * degree), degree))
}

/** Numbers of 64 bits as pairs of words, the high one first. */
const asWords = (numbers: readonly bigint[]): Uint32Array =>
  Uint32Array.from(numbers.flatMap((number) => [Number(number >> 32n), Number(number & 0xffffffffn)]))

const rounds = 80
const primes = firstPrimes(rounds)

/** What the rounds of SHA-512 add; SHA-256 takes the high words. */
export const roundConstants = asWords(primes.map((prime) => fractionOfRoot(prime, 3n)))
const squareRoots = asWords(primes.slice(0, 16).map((prime) => fractionOfRoot(prime, 2n)))

const highWords = (words: Uint32Array): Uint32Array => words.filter((_, at) => at % 2 === 0)
export const roundConstants256 = highWords(roundConstants)

/** What the digests begin with. */
export const initialSha512 = squareRoots.slice(0, 16)
export const initialSha384 = squareRoots.slice(16)
export const initialSha256 = highWords(initialSha512)
/** FIPS 180-4, 5.3.1. */
export const initialSha1 = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
