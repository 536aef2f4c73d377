export { bigIntToBytes, byteLength, bytesToBigInt, inverse } from '../../../core/bytes/index.ts'
