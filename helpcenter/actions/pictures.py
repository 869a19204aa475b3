"""Pictures on their way into articles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import structlog
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import Member
from helpcenter.importing import PictureRow
from helpcenter.models import Picture, Translation
from helpdesk.errors import Refused
from helpdesk.files import INLINE_TYPES, Inspected, clean_name, prepared
from helpdesk.store import StoreAway, put, remove
from helpdesk.tenancy import current_tenant_id

SIZE_LIMIT = 5 * 1024 * 1024
FIELD = "picture"
_SHOWN = re.compile(r'src="/articles/pictures/(\d{1,18})/"')
log = structlog.get_logger(__name__)


def keep_picture(upload: File, *, uploaded_by: Member | None) -> Picture:
    """Stores a picture without what it tells of its maker, for texts to show it as `picture:<id>`.

    Raises Refused (field "picture") naming the file, the reason and the limit.
    """
    if (upload.size or 0) > SIZE_LIMIT:
        told = {"name": clean_name(upload.name or ""), "limit": filesizeformat(SIZE_LIMIT)}
        raise Refused(_("“%(name)s” is larger than %(limit)s. Choose a smaller picture.") % told, FIELD)
    try:
        with prepared(upload) as (content, found):
            _refuse_others(found)
            key = put(content, tenant_id=current_tenant_id())
    except StoreAway as away:
        log.warning("pictures.not_kept", reason=str(away))
        raise Refused(_("Our file store is away. Try again in a few minutes."), FIELD) from away
    except Refused as refusal:
        raise Refused(refusal.message, FIELD) from refusal
    try:
        return Picture.objects.create(
            content=key,
            name=found.name,
            size=found.size,
            media_type=found.media_type,
            sha256=found.sha256,
            uploaded_by=uploaded_by,
        )
    except BaseException:
        remove([key])
        raise


def take_over_picture(row: PictureRow, *, by: Member | None = None) -> Picture:
    """Stores a picture that came in a file, once: the same bytes, or the same without what they told of their maker,
    are the same picture. Raises Refused.
    """
    there = _same_as(hashlib.sha256(row.content).hexdigest())
    if there:
        return there
    kept = keep_picture(ContentFile(row.content, name=row.name), uploaded_by=by)
    older = _same_as(kept.sha256)
    if older is None or older.pk == kept.pk:
        return kept
    kept.delete()
    remove([str(kept.content.name)])
    return older


def _same_as(sha256: str) -> Picture | None:
    return Picture.objects.filter(sha256=sha256).order_by("pk").first()


def link_pictures(texts: Sequence[Translation]) -> None:
    """Notes which pictures these texts show, so that their readers get them. Two statements, three with pictures."""
    through = Translation.pictures.through
    through._base_manager.filter(translation__in=[text.pk for text in texts]).delete()
    shown = {text.pk: {int(key) for key in _SHOWN.findall(text.html)} for text in texts}
    wanted = set().union(*shown.values())
    if not wanted:
        return
    there = set(Picture.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    through._base_manager.bulk_create(
        through(translation_id=text, picture_id=picture)
        for text, pictures in shown.items()
        for picture in sorted(pictures & there)
    )


def _refuse_others(found: Inspected) -> None:
    if found.media_type not in INLINE_TYPES:
        raise Refused(
            _("“%(name)s” is no picture that browsers show. Choose a PNG, JPEG, GIF or WebP file.")
            % {"name": found.name},
            FIELD,
        )
