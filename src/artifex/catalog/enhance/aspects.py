"""Aspects of a film's description, and the words that show that the author has covered one.

The lists are generous: a word that might mean an aspect counts, and nothing is added for it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from artifex.catalog.enhance.vocabulary import Vocabulary

Aspect = Literal["look", "scene", "light", "colour", "camera", "motion"]

ASPECTS: Mapping[Aspect, Vocabulary] = MappingProxyType(
    {
        "look": Vocabulary(
            "depth of field, bokeh, grain*, focus*, blur*, sharp*, textur*, brush*, line art, outline*, cel "
            "shad*, shader*, render*, resolution, 4k, 8k, hdr, detail*, 35mm, 16mm, anamorphic, realis*, "
            "photoreal*,"
            "심도, 보케, 입자, 초점, 질감, 붓, 선화, 윤곽, 해상도, 디테일, 세밀, 사실적,"
            "глубин* резкости, боке, зерн*, фокус*, резк*, текстур*, мазк*, контур*, разрешен*, детал*, реалист*"
        ),
        "scene": Vocabulary(
            "in, on, at, under, over, inside, outside, through, across, behind, above, below, beside, near, "
            "between, among, along, against, into, onto, by, around, where, background*, indoors, outdoors, "
            "scene*, setting*, landscape*, studio, underwater,"
            "에서, 위, 아래, 안에, 속, 밖, 배경, 앞, 뒤, 옆, 사이, 풍경, 실내, 야외, 스튜디오,"
            "в, во, на, под, над, за, у, о, по, из, через, среди, между, возле, около, вдоль, перед, внутри, "
            "снаружи, вокруг, где, фон*, сцен*, пейзаж*, студи*"
        ),
        "light": Vocabulary(
            "light*, lit, backlit, sun*, moon*, shad*, dark*, bright*, glow*, neon*, lamp*, lantern*, candle*, "
            "fire*, flame*, silhouette*, dusk, dawn, twilight, night*, midnight, day, daytime, daylight, "
            "morning*, noon, afternoon*, evening*, golden hour, blue hour, overcast, cloud*, storm*, fog*, mist*, "
            "dim*, exposure, gloom*, lumin*, illuminat*, star*, high key, low key, contrast*,"
            "빛, 조명, 햇, 태양, 그림자, 어두, 어둠, 밝, 네온, 램프, 촛불, 불꽃, 노을, 석양, 새벽, 아침, 정오, "
            "오후, 저녁, 밤, 한낮, 낮에, 대낮, 흐린, 구름, 안개, 실루엣, 역광, 별,"
            "свет*, освещ*, подсвет*, солн*, лун*, тень*, тени, тенью, тенях, темн*, ярк*, неон*, ламп*, фонар*, "
            "свеч*, огн*, огонь, плам*, закат*, рассвет*, сумер*, ноч*, утр*, полд*, полноч*, вечер*, днем, "
            "дневн*, пасмурн*, облач*, облак*, туман*, силуэт*, контров*, контраст*, звезд*, гроз*"
        ),
        "colour": Vocabulary(
            "color*, colour*, palette, tone*, tint*, hue*, monochrom*, black and white, grayscale, greyscale, "
            "sepia, saturat*, desaturat*, vivid, vibrant, pastel*, faded, muted, red, orange, yellow, green, "
            "cyan, teal, blue, purple, violet, pink, brown, black, white, gray, grey, gold*, silver*,"
            "색, 컬러, 톤, 흑백, 세피아, 파스텔, 빨간, 빨강, 주황, 노란, 노랑, 초록, 녹색, 파란, 파랑, 보라, "
            "분홍, 갈색, 검은, 검정, 흰, 하얀, 회색, 금빛, 은빛,"
            "цвет*, палитр*, оттен*, тон, тона, тонах, монохром*, черно-бел*, сепи*, насыщен*, пастел*, красн*, "
            "оранжев*, желт*, зелен*, голуб*, син*, фиолетов*, розов*, коричнев*, черн*, бел*, сер*, золот*, "
            "серебр*"
        ),
        "camera": Vocabulary(
            "camera*, shot*, close-up*, wide, pan, pans, panning, tilt*, zoom*, dolly*, track*, crane*, aerial*, "
            "drone*, handheld, hand-held, pov, point of view, first-person, angle*, fram*, orbit*, static, "
            "tripod, push-in, pull-out, portrait*, view*, overhead, bird's-eye, macro*, panoram*, telephoto, "
            "lens*, footage, steadicam,"
            "카메라, 샷, 클로즈업, 와이드, 줌, 팬, 드론, 항공, 앵글, 구도, 시점, 촬영, 핸드헬드, 고정, 트래킹, "
            "망원, 렌즈, 매크로, 파노라마, 화면,"
            "камер*, кадр*, план*, ракурс*, зум*, панорам*, дрон*, аэро*, съемк*, снят*, вид сверху, с высоты, "
            "наезд*, отъезд*, от первого лица, статичн*, макро*, штатив*, объектив*"
        ),
        "motion": Vocabulary(
            "motion*, movement*, moving, still, motionless, frozen, freez*, static, slow*, quick*, fast*, rapid*, "
            "smooth*, fluid*, gentl*, sudden*, jerk*, stutter*, energetic*, dynamic*, calm*, speed*, pace*, "
            "time-lapse, hyperlapse, stop-motion, loop*,"
            "움직, 천천히, 빠르, 빨리, 느리, 느린, 정지, 멈, 슬로, 타임랩스, 스톱모션, 부드럽, 역동, 속도, "
            "가만히,"
            "движен*, движ*, неподвижн*, медлен*, быстр*, плавн*, замер*, застыл*, замедл*, ускор*, таймлапс*, "
            "рывк*, динамич*, спокойн*, скорост*"
        ),
    }
)
