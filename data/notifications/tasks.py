"""Publishing: the worker's part of the outbox."""

from collections.abc import Mapping
from typing import Any

from data.aws.sns import Topics
from data.core.errors import Defect
from data.jobs.models import Handler, Job, Report
from data.notifications.models import TOPIC_OF


def publishing(topics: Topics) -> Handler:
    """The handler of `publish`. A message goes out again only where the worker died before it could note the first."""

    def publish(job: Job, report: Report) -> Mapping[str, Any]:  # noqa: ARG001 - it is done in one step
        topic = TOPIC_OF.get(str(job.input.get("event")))
        if topic is None:
            raise Defect(f"There is no topic for {job.input.get('event')}.")
        message = {**job.input, "dedup": job.job_id, "correlationId": job.correlation_id}
        sent = topics.publish(topic, message, event=str(job.input["event"]), dedup=job.job_id)
        return {"topic": topic.name, "messageId": sent}

    return publish
