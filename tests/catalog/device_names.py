"""Names that drivers give: the maker's SDK of 2023-11, and the lists of INDI's drivers.

ZWO: string table of ASICamera2.dll (github:warpcomdev/asicamera2). INDI: drivers.xml of 1.9.9
and later, and the drivers' default names (github:indilib/indi, github:indilib/indi-3rdparty).
"""

ZWO_SDK_NAMES = """\
ZWO ASI030MC
ZWO ASI031MC
ZWO ASI031MM
ZWO ASI034MC
ZWO ASI034MC-A
ZWO ASI034MC-B
ZWO ASI035MC
ZWO ASI035MM
ZWO ASI071MC Pro
ZWO ASI071MC-Cool
ZWO ASI094MC Pro
ZWO ASI120MC
ZWO ASI120MC Mini
ZWO ASI120MC-S
ZWO ASI120MC-SC
ZWO ASI120MM
ZWO ASI120MM Mini
ZWO ASI120MM-S
ZWO ASI120MM-SC
ZWO ASI128MC Pro
ZWO ASI130MM
ZWO ASI136MC
ZWO ASI1600GT
ZWO ASI1600MC
ZWO ASI1600MC Pro
ZWO ASI1600MC-Cool
ZWO ASI1600MM
ZWO ASI1600MM Pro
ZWO ASI1600MM-Cool
ZWO ASI174MC
ZWO ASI174MC-Cool
ZWO ASI174MC-Pro
ZWO ASI174MM
ZWO ASI174MM Mini
ZWO ASI174MM-Cool
ZWO ASI174MM-Pro
ZWO ASI178MC
ZWO ASI178MC-Cool
ZWO ASI178MC-Pro
ZWO ASI178MM
ZWO ASI178MM-Cool
ZWO ASI178MM-Pro
ZWO ASI183GT
ZWO ASI183MC
ZWO ASI183MC Pro
ZWO ASI183MM
ZWO ASI183MM Pro
ZWO ASI185MC
ZWO ASI185MC-Cool
ZWO ASI220MC
ZWO ASI220MM
ZWO ASI2210MC
ZWO ASI224MC
ZWO ASI224MC-Cool
ZWO ASI226MC
ZWO ASI2400MC Pro
ZWO ASI252MC
ZWO ASI2600MC Pro
ZWO ASI2600MM Pro
ZWO ASI269MC
ZWO ASI269MC Pro
ZWO ASI271MC
ZWO ASI271MC Pro
ZWO ASI273MC
ZWO ASI273MC Pro
ZWO ASI290MC
ZWO ASI290MC-Cool
ZWO ASI290MC-Pro
ZWO ASI290MM
ZWO ASI290MM Mini
ZWO ASI290MM-Cool
ZWO ASI290MM-Pro
ZWO ASI294MC
ZWO ASI294MC Pro
ZWO ASI294MM
ZWO ASI294MM Pro
ZWO ASI334MC
ZWO ASI334MC Pro
ZWO ASI335MC
ZWO ASI335MC Pro
ZWO ASI385MC
ZWO ASI385MC-Cool
ZWO ASI385MC-Pro
ZWO ASI411MM Pro
ZWO ASI426MM Mini
ZWO ASI4300MM
ZWO ASI430MM
ZWO ASI430MM Pro
ZWO ASI432MM
ZWO ASI432MM Pro
ZWO ASI433MM Pro
ZWO ASI461MM Pro
ZWO ASI462MC
ZWO ASI462MC Pro
ZWO ASI464MC
ZWO ASI464MC Pro
ZWO ASI482MC
ZWO ASI482MC Pro
ZWO ASI485MC
ZWO ASI485MC Pro
ZWO ASI533MC
ZWO ASI533MC Pro
ZWO ASI533MM
ZWO ASI533MM Pro
ZWO ASI585MC
ZWO ASI585MC Pro
ZWO ASI6200MC Pro
ZWO ASI6200MM Pro
ZWO ASI662MC
ZWO ASI662MC Pro
ZWO ASI678MC
ZWO ASI678MC Pro
ZWO ASI991MM Pro
""".splitlines()

LATER_SDK_NAMES = (
    "ZWO ASI220MM Mini",
    "ZWO ASI432MC",
    "ZWO ASI462MM",
    "ZWO ASI462MM Mini",
    "ZWO ASI678MM",
)
"""Seen in other versions of the SDK."""

INDI_NAMES = {
    "camera": """\
Alpaca Camera
Altair
Apogee CCD
Bresser
Canon DSLR
CCD Simulator
DMK CCD
DSI
FLI CCD
Fuji DSLR
GPhoto CCD
Guide Simulator
iNova PLX
iOptron iGuider
iOptron iPolar
Mallincam
Meade Deep Sky Imager
Meadecam
MI CCD
MI CCD (ETH)
MI CCD (USB)
NexImage 10
NexImage 5
Nightscape 8300 CCD
Nightscape CCD
Nikon DSLR
Nncam
Ogmacam
OmegonPro
Orion SSAG
Orion SSG3
Orion StarShoot G3/G4
Pentax DSLR
Pentax DSLR Legacy
PlayerOne Camera 1
PlayerOne CCD
QHY CCD
SBIG CCD
SBIG ST-I
Seestar CCD
Skyris 132C
Skyris 132M
Skyris 236C
Skyris 236M
SmartEye
Sony DSLR
Starfish CCD
StartshootG
SVBONY CCD
SVBONY SV105
SVBONY SV205
SX CCD
Toupcam
Tscam
V4L2 CCD
ZWO Camera
ZWO Camera 1
ZWO Camera 2
ZWO Camera 3
ZWO CCD
""".splitlines(),
    "filterwheel": """\
Agogee CFW
Alpaca Filter Wheel
Alpaca FilterWheel
Altair EFW
Apogee CFW
ASI EFW
Atik EFW
Bresser EFW
Filter Simulator
FLI CFW
iOptron Wheel
ioptron Wheel
Mallincam EFW
Manual Filter
Meadecam EFW
Nncam EFW
Oasis Filter Wheel
Ogmacam EFW
OmegonPro EFW
Optec IFW
Pegasus INDIGO
PlayerOne EFW
QHYCFW1
QHYCFW2
QHYCFW3
Quantum Wheel
RASA FilterCube Filter Wheel
StartshootG EFW
SX Wheel
Toupcam EFW
TruTech Wheel
Tscam EFW
Wanderer FilterCube
Wanderer Snowflake
Wanderer Snowflake Filter Wheel
XAGYL Wheel
ZWO EFW
""".splitlines(),
    "focuser": """\
AAF2
ActiveFocuser
Alluna TCS2
Alpaca Focuser
Armadillo focuser
ASI EAF
Askar WAF
Astromechanics FOC
Baader SteelDrive
Baader SteelDriveII
Bee Focuser
Celestron SCT
Deep Sky Dad AF1
Deep Sky Dad AF2
Deep Sky Dad AF3
DeepSkyDad AF1
DeepSkyDad AF2
DeepSkyDad AF3
DreamFocuser
Esatto
Esatto Arco
FCUSB
FLI PDF
Focuser Simulator
FocusLynx
Gemini EAF
HitecAstro DC
iEAFFocus
Integra 85
Integra85
Lacerta MFOC
Lacerta MFOC FMC
Lakeside
Microtouch
MoonLite
MoonLite DRO
MoonLiteDRO
MyFocuserPro2
NFocus
NightCrawler
Oasis Focuser
OnFocus
Optec TCF-S
Optec TCF-S3
Pegasus DMFC
Pegasus FocusCube
Pegasus FocusCube3
Pegasus MMC-7000AH
Pegasus Prodigy MF
Pegasus ProdigyMF
Pegasus ScopsOAG
PerfectStar
Pinefeat CEF
Pinefeat EF Lens Controller
PlaneWave EFA
Platypus focuser
QFocuser
Rainbow Astro RSF
RB Focuser
RBFocus
Rigel NStep
Rigelsys NFocus
Rigelsys NStep
RoboFocus
Sesto Senso
Sesto Senso 2
Sesto Senso 3
Sesto Senso 3 LS
Sesto Senso 3 SC
Shoestring Astronomy FCUSB
SI EFS
SmartFocus
Starlight EFS
TeenAstroFocuser
USBFocusV3
ZWO EAF
""".splitlines(),
}
