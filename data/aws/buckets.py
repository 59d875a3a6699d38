"""Our buckets by their real names, and who must own them."""

from threading import Lock

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.config.resources import Bucket
from data.config.settings import Settings


class Buckets:
    """The buckets of one installation. The account id is asked for once, and only where it is needed."""

    def __init__(self, clients: Clients, settings: Settings) -> None:
        self._clients, self._settings = clients, settings
        self._account_id = ""
        self._lock = Lock()

    def name(self, bucket: Bucket) -> str:
        """The real name of `bucket`. Raises Unavailable, Misconfigured."""
        if self._settings.stage == "dev":
            return self._settings.bucket(bucket.name, "")
        return self._settings.bucket(bucket.name, self.account_id())

    def target(self, bucket: Bucket) -> dict[str, str]:
        """The bucket as a call names it; in production with the owner it must have, so that nobody else's is used."""
        owner = {"ExpectedBucketOwner": self.account_id()} if self._settings.production else {}
        return {"Bucket": self.name(bucket), **owner}

    def origin(self, bucket: Bucket) -> str:
        """Where a browser finds it: one host per bucket on AWS, the one of the engine when embedded."""
        local = self._clients.endpoint_url
        return local or f"https://{self.name(bucket)}.s3.{self._settings.aws_region}.amazonaws.com"

    def account_id(self) -> str:
        """The account that our credentials belong to. Raises Unavailable, Misconfigured."""
        with self._lock:
            if not self._account_id:
                with reading("sts"):
                    answer = call(self._clients.sts, "get_caller_identity", "sts")
                self._account_id = str(answer["Account"])
            return self._account_id
