"""Calls of libtss2's ESAPI, and what they came to: the same lines on every TPM that answers alike."""

import sys

from tpm2_pytss import ESAPI, ESYS_TR, TCTILdr, TSS2_Exception
from tpm2_pytss.constants import TPM2_ALG, TPM2_SE, TPMA_NV, TPMA_OBJECT, TPMA_SESSION
from tpm2_pytss.types import (
    TPM2B_AUTH,
    TPM2B_NV_PUBLIC,
    TPM2B_PUBLIC,
    TPM2B_SENSITIVE_CREATE,
    TPM2B_SENSITIVE_DATA,
    TPMS_CONTEXT,
    TPMS_NV_PUBLIC,
    TPMS_SENSITIVE_CREATE,
    TPMT_PUBLIC,
    TPMT_SYM_DEF,
    TPMU_SYM_KEY_BITS,
    TPMU_SYM_MODE,
)

NONE, PASSWORD = ESYS_TR.NONE, ESYS_TR.PASSWORD
KEPT = TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT | TPMA_OBJECT.SENSITIVEDATAORIGIN | TPMA_OBJECT.USERWITHAUTH
STORAGE = KEPT | TPMA_OBJECT.RESTRICTED | TPMA_OBJECT.DECRYPT
SIGNING = KEPT | TPMA_OBJECT.SIGN_ENCRYPT
ATTESTING = SIGNING | TPMA_OBJECT.RESTRICTED
GOES_ON = TPMA_SESSION.CONTINUESESSION
BOTH_WAYS = GOES_ON | TPMA_SESSION.ENCRYPT | TPMA_SESSION.DECRYPT
CIPHERS = {
    "plain": TPMT_SYM_DEF(algorithm=TPM2_ALG.NULL),
    "aes": TPMT_SYM_DEF(
        algorithm=TPM2_ALG.AES, keyBits=TPMU_SYM_KEY_BITS(aes=128), mode=TPMU_SYM_MODE(aes=TPM2_ALG.CFB)
    ),
    "xor": TPMT_SYM_DEF(algorithm=TPM2_ALG.XOR, keyBits=TPMU_SYM_KEY_BITS(exclusiveOr=TPM2_ALG.SHA256)),
}


class Refused:
    """What a call that was refused yields."""


def size_of(value):
    """The sizes in an answer, without what each TPM draws or derives for itself; a saved context is opaque."""
    if isinstance(value, tuple):
        return [size_of(each) for each in value]
    if isinstance(value, (bool, int)):
        return type(value).__name__
    if hasattr(value, "marshal") and not isinstance(value, TPMS_CONTEXT):
        return len(value.marshal())
    return type(value).__name__


class Teller:
    """The ESAPI of one TPM; a refusal is told and not raised."""

    def __init__(self, esapi):
        self._esapi = esapi

    def __getattr__(self, name):
        call = getattr(self._esapi, name)

        def told(*arguments, **options):
            if any(each is Refused for each in [*arguments, *options.values()]):
                return self.tell(name, "not called")
            try:
                answer = call(*arguments, **options)
            except TSS2_Exception as refusal:
                return self.tell(name, hex(refusal.rc))
            self.tell(name, "ok", size_of(answer))
            return answer

        return told

    def tell(self, *facts):
        print(*facts)
        return Refused

    def show(self, name, value):
        """Tells a value that must be the same everywhere."""
        self.tell(name, value if isinstance(value, int) else "refused" if value is Refused else bytes(value).hex())

    def session(self, kind=TPM2_SE.HMAC, cipher="plain", attributes=GOES_ON, hash=TPM2_ALG.SHA256, key=NONE, bind=NONE):
        session = self.start_auth_session(key, bind, kind, CIPHERS[cipher], hash)
        if session is not Refused:
            self.trsess_set_attributes(session, attributes)
        return session

    def policy(self, *assertions, kind=TPM2_SE.POLICY):
        """A policy session in which assertions were made."""
        session = self.session(kind)
        for name, *arguments in assertions:
            getattr(self, name)(session, *arguments)
        return session

    def under(self, assertions, name, *arguments):
        """A call that a policy session authorizes."""
        session = self.policy(*assertions)
        answer = getattr(self, name)(*arguments, session1=session)
        self.flush_context(session)
        return answer

    def digest_of(self, *assertions):
        session = self.policy(*assertions, kind=TPM2_SE.TRIAL)
        digest = bytes(self.policy_get_digest(session))
        self.flush_context(session)
        return digest

    def primary(self, algorithm="ecc256:aes128cfb", attributes=STORAGE, auth=b"", hierarchy=ESYS_TR.OWNER):
        answer = self.create_primary(secret(auth), public(algorithm, attributes), hierarchy)
        return answer if answer is Refused else answer[0]

    def child(self, parent, algorithm, attributes, auth=b"", policy=b"", session=PASSWORD):
        made = self.create(parent, secret(auth), public(algorithm, attributes, policy), session1=session)
        return made if made is Refused else self.load(parent, made[0], made[1], session1=session)

    def define(self, index, size, attributes, kind=0, auth=b"", policy=b"", by=ESYS_TR.OWNER):
        area = TPMS_NV_PUBLIC(
            nvIndex=0x1000000 + index,
            nameAlg=TPM2_ALG.SHA256,
            attributes=attributes | (kind << TPMA_NV.TPM2_NT_SHIFT),
            authPolicy=policy,
            dataSize=size,
        )
        return self.nv_define_space(auth, TPM2B_NV_PUBLIC(nvPublic=area), auth_handle=by)


def secret(auth=b"", data=b""):
    return TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(userAuth=TPM2B_AUTH(auth), data=TPM2B_SENSITIVE_DATA(data)))


def public(algorithm, attributes, policy=b""):
    return TPM2B_PUBLIC(TPMT_PUBLIC.parse(algorithm, objectAttributes=attributes, authPolicy=policy))


def run(flows):
    """`program TCTI FLOW`: a TPM that was started up, and what is to be done with it."""
    module, configuration = sys.argv[1].split(":", 1)
    with ESAPI(TCTILdr(module, configuration)) as esapi:
        flows[sys.argv[2]](Teller(esapi))
