"""Library assets as material for clips: checks of owner and kind, and conversion."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from sqlalchemy import select

from artifex.catalog.loras import check_lora_fits
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadReference, NotFound, in_field
from artifex.jobs.asking import Material
from artifex.recipe import Lora, Recipe, Role
from artifex.store.assets import AssetRow, Assets
from artifex.store.blobs import Blobs
from artifex.store.tables.assets import assets as asset_table
from artifex.units import PixelSize

_KINDS: Mapping[Role, tuple[str, ...]] = {
    "image": ("image",),
    "last_image": ("image",),
    "video": ("video",),
    "pose": ("video",),
    "audio": ("audio", "video"),
}


def materials(assets: Assets, owner: str | None, chosen: Mapping[Role, str]) -> dict[Role, Material]:
    """The assets with these ids, by role. Raises NotFound, BadReference for an asset of the wrong kind."""
    found: dict[Role, Material] = {}
    for role, asset_id in chosen.items():
        with in_field(f"references.{role}"):
            found[role] = _material(assets.get(asset_id, owner), role)
    return found


def loras(assets: Assets, owner: str | None, chosen: Iterable[tuple[str, float, float]]) -> tuple[Lora, ...]:
    """LoRAs from (asset id, strength on the low-noise expert, on the high-noise expert). Raises NotFound,
    BadReference."""
    found: list[Lora] = []
    for asset_id, low, high in chosen:
        with in_field("loras"):
            row = assets.get(asset_id, owner)
            if row.kind != "lora":
                raise BadReference(f"The asset {row.id} is {_article(row.kind)}, not a LoRA.")
        found.append(Lora(row.name or row.id, row.sha256, low, high))
    return tuple(found)


def require_own(assets: Assets, owner: str | None, recipe: Recipe) -> None:
    """Require that everything a recipe refers to is in the owner's library: knowing a hash gives no access to a file.

    Raises NotFound.
    """
    wanted = {reference.sha256 for reference in recipe.references} | {lora.sha256 for lora in recipe.loras}
    if not wanted:
        return
    query = select(asset_table.c.sha256).where(asset_table.c.sha256.in_(wanted))
    if owner is not None:
        query = query.where(asset_table.c.owner == owner)
    with assets.database.read() as connection:
        owned = set(connection.execute(query).scalars())
    if wanted - owned:
        raise NotFound("The recipe names a picture, sound, clip or LoRA that is not in your library; upload it first.")


def require_fitting(chosen: Iterable[Lora], spec: ModelSpec, blobs: Blobs) -> None:
    """Refuse LoRAs whose header shows that they were made for another network. Raises BadInput, BadWeights,
    WeightsDamaged (of the model)."""
    for lora in chosen:
        check_lora_fits(spec, blobs.find(lora.sha256), lora.name)


def contents(recipe: Recipe) -> tuple[str, ...]:
    """The sha256 of all references and LoRAs of a recipe."""
    return tuple(sorted({each.sha256 for each in (*recipe.references, *recipe.loras)}))


def _material(row: AssetRow, role: Role) -> Material:
    kinds = _KINDS[role]
    if row.kind not in kinds or (role == "audio" and row.kind == "video" and not row.facts.get("sound")):
        raise BadReference(f"The asset {row.id} is {_article(row.kind)}; {role} takes {_article(kinds[0])}.")
    width, height, seconds = (row.facts.get(name) for name in ("width", "height", "seconds"))
    return Material(
        row.sha256,
        row.name or row.id,
        PixelSize(width, height) if width and height else None,
        Fraction(str(seconds)) if seconds else None,
    )


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
