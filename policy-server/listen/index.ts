export { peerAddress } from './peer-address.ts'
export { identifyPeer, type Peer, type PeerCall } from './peer.ts'
