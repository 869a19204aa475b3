"""Words that tell nothing of what a request is about: of grammar, of politeness, and of asking for help as such. Folded."""

from helpdesk.search.analysis import fold

_ENGLISH = """
a about above after again all already also although always am an and another any anybody anyone anything anyway are
arent around as asap ask asked at away back be became because been before being below best between both but by came can
cannot cant come comes could couldnt day days dear did didnt do does doesnt doing done dont down during each else error
especially etc even ever every everybody everyone everything few first for from further get gets getting give given go
goes going gone good got great guys had hadnt happen happened happens has hasnt have havent having he hello help her
here hers herself hey hi him himself his how however i id if ill im in instead into is isnt issue issues it its itself
ive just keep keeps know last later least less let lets like little long look looking lot made make makes many may maybe
me mean might mine more morning most much must my myself name need needed needs never new next no nobody none nor not
nothing now of off often ok okay on once one only or other others our ours out over own people please possible problem
problems question questions quite rather really regard regards request right said same saw say says see seem seems seen
several shall she should shouldnt show shows since so some somebody someone something sometimes soon sorry still stop
such support sure take takes team tell than thank thanks that thats the their theirs them then there theres these they
thing things think this those though through thus till time times to today together told tomorrow too took toward tried
tries try trying two under until up upon us use used using usually very want wanted wants was wasnt way we week weeks
well went were werent weve what when where whether which while who whole whom whose why will wish with within without
wont work worked working works would wouldnt write wrong year years yes yesterday yet you your youre yours yourself
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december
"""
_ARABIC = """
من في على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم هن أنا انا نحن أنت انت أنتم كان كانت كنت يكون تكون
لم لن لا ما ماذا متى أين كيف لماذا هل أن ان إن إذا اذا لو لكن لكني ثم أو أم بل قد لقد سوف كل بعض أي كما كذلك أيضا فقط
عند عندما عندي لدي لدينا بعد قبل بين حتى منذ خلال حول دون بدون غير ليس ليست هنا هناك الآن اليوم أمس غدا مرة مرات
أكثر أقل جدا تم يتم تمت وتم أريد اريد نريد أرجو ارجو نرجو أرغب يرجى الرجاء رجاء فضلكم فضلك شكرا السلام عليكم مرحبا
تحية تحيات طيبة وبعد السادة المحترمين حضرتكم لكم لي لنا له لها لهم به بها فيه فيها منه منها عليه عليها إليه إليكم
مشكلة مشكله المشكلة مساعدة المساعدة مساعدتي طلب استفسار سؤال يوم أيام أسبوع شهر سنة وقت شيء نفس جميع واحد أول آخر
يمكن يمكنني أستطيع استطيع يوجد يعمل تعمل عمل حاولت أحاول قمت يقوم أقوم بشكل حيث لأن لان الا إلا مثل بسبب وذلك وهذا وهو
وهي ولا ولم ولكن وقد ومن وفي وعلى وأنا وان وإن فيما مما كم السبت الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة يناير فبراير مارس أبريل مايو
يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
"""
STOP_WORDS = frozenset(fold(word) for word in f"{_ENGLISH} {_ARABIC}".split())
