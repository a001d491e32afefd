"""The counts by day, and the sums of loyalty, from the answers in the tables alone: into empty tables."""

from django.db.backends.utils import CursorWrapper

_ANSWERS = """
INSERT INTO voice_daycount (question, day, store_id, kiosk, wording, segment, value, count, flagged)
SELECT question, substr(bucket, 1, 10), store_id, kiosk, wording, segment, value,
  SUM(CASE WHEN flagged THEN 0 ELSE 1 END), SUM(CASE WHEN flagged THEN 1 ELSE 0 END)
FROM voice_answer WHERE NOT undone
GROUP BY question, substr(bucket, 1, 10), store_id, kiosk, wording, segment, value
"""
_LOYALTY = """
INSERT INTO voice_loyalty (visit, store_id, kiosk, wording, segment, day, value)
SELECT visit, store_id,
  MAX(CASE WHEN question = 'cli-recommend' THEN kiosk END),
  MAX(CASE WHEN question = 'cli-recommend' THEN wording END),
  MAX(CASE WHEN question = 'cli-recommend' THEN segment END),
  MAX(CASE WHEN question = 'cli-recommend' THEN substr(bucket, 1, 10) END),
  SUM(value)
FROM (
  SELECT visit, store_id, question, kiosk, wording, segment, bucket, value,
    ROW_NUMBER() OVER (PARTITION BY visit, store_id, question ORDER BY attempt DESC) AS place
  FROM voice_answer
  WHERE question IN ('cli-recommend', 'cli-buy-again', 'cli-try-others') AND value BETWEEN 1 AND 6
    AND NOT undone AND NOT flagged
) counting
WHERE place = 1 GROUP BY visit, store_id HAVING COUNT(*) = 3
"""
_SUMS = """
INSERT INTO voice_daycount (question, day, store_id, kiosk, wording, segment, value, count, flagged)
SELECT 'cli', day, store_id, kiosk, wording, segment, value, COUNT(*), 0
FROM voice_loyalty GROUP BY day, store_id, kiosk, wording, segment, value
"""


def recount(cursor: CursorWrapper) -> None:
    """Count all answers, in the caller's transaction; many of them cost the database's disk, no memory."""
    for statement in (_ANSWERS, _LOYALTY, _SUMS):
        cursor.execute(statement)
