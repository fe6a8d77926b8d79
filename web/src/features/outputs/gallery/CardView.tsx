import { IconMusic, IconPhoto, IconStar, IconStarFilled } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { links } from "@/shared/links";
import { lengthShown } from "@/shared/player/timecode";
import type { Card } from "../library/pages";
import classes from "./Gallery.module.css";
import { endPreview, previewSoon, usePreviewed } from "./preview";

export interface CardActs {
  focus: (index: number) => void;
  select: (id: string, range: boolean) => void;
  favourite: (card: Card) => void;
}

interface Props {
  card: Card;
  index: number;
  /** Whether this is the one card that the Tab key reaches. */
  active: boolean;
  selected: boolean;
  /** Whether anything is selected, so that a click selects, too. */
  selecting: boolean;
  mayWrite: boolean;
  /** The filters as a query string, for the links between clips. */
  query: string;
  acts: CardActs;
}

/** A clip of the gallery. Plain elements, because fast scrolling passes a thousand of them in a second. */
export const CardView = memo(function CardView(props: Props) {
  const { card, index, active, selected, selecting, mayWrite, query, acts } = props;
  const { t } = useTranslation("outputs");
  const title = card.prompt || card.name || t("card.unnamed");
  const facts = [card.model, card.width > 0 ? `${card.width} x ${card.height}` : ""].filter(Boolean).join(" · ");
  const tab = active ? 0 : -1;
  const video = card.kind === "video";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual and responsive
    // biome-ignore lint/a11y/useFocusableInteractive: the link inside takes the focus
    <div
      role="gridcell"
      className={classes.card}
      aria-selected={selected}
      data-index={index}
      onPointerEnter={video ? () => previewSoon(card.id) : undefined}
      onPointerLeave={endPreview}
      onFocus={() => {
        acts.focus(index);
        if (video) previewSoon(card.id);
      }}
      onBlur={endPreview}
    >
      <Link
        to={links.clip(card.id) + query}
        className={classes.open}
        tabIndex={tab}
        data-card
        onClick={(event) => {
          if (!selecting && !event.shiftKey) return;
          event.preventDefault();
          acts.select(card.id, event.shiftKey);
        }}
      >
        <span className={classes.picture}>
          <Picture card={card} />
          {video && <Preview card={card} />}
          {card.seconds > 0 && <span className={classes.length}>{lengthShown(card.seconds)}</span>}
        </span>
        <span className={classes.title} dir="auto">
          {title}
        </span>
        <span className={classes.facts}>{facts}</span>
      </Link>
      {mayWrite && (
        <>
          <input
            type="checkbox"
            className={classes.choose}
            checked={selected}
            tabIndex={tab}
            aria-label={t("card.select", { title })}
            onChange={(event) => acts.select(card.id, (event.nativeEvent as MouseEvent).shiftKey)}
          />
          <button
            type="button"
            className={classes.star}
            tabIndex={tab}
            aria-pressed={card.favourite}
            aria-label={t("card.favourite", { title })}
            onClick={() => acts.favourite(card)}
          >
            {card.favourite ? <IconStarFilled size={16} aria-hidden /> : <IconStar size={16} aria-hidden />}
          </button>
        </>
      )}
    </div>
  );
});

function Picture({ card: { urls, kind } }: Pick<Props, "card">) {
  if (urls.thumbnail !== null) return <img src={urls.thumbnail} alt="" loading="lazy" decoding="async" />;
  const Icon = kind === "audio" ? IconMusic : IconPhoto;
  return <Icon size={36} stroke={1.2} aria-hidden className={classes.icon} />;
}

function Preview({ card: { id, urls } }: Pick<Props, "card">) {
  const playing = usePreviewed((preview) => preview.id === id);
  if (!playing) return null;
  return <video src={urls.proxy ?? urls.file} muted autoPlay loop playsInline aria-hidden tabIndex={-1} />;
}
